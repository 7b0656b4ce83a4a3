#include "infra/config/config_table.hpp"

#include "infra/store/database_url.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace trunkline {

namespace {

using check = field_check;

#define TL_FIELD(member) [](engine_config& c) -> field_ref { return &c.member; }

constexpr int64_t day_s = 86400;

constexpr config_row rows[] = {
    {{"state_dir", "directory of the database, the development token and temporary files",
      TL_FIELD(state_dir)}},
    {{"log_level", "debug, info, warn, error or off", TL_FIELD(log_level), check::log_level},
     "LOG_LEVEL"},

    {{"server.listen", "public listener: webhooks and media", TL_FIELD(server.listen)}},
    {{"server.admin_listen", "admin listener: API, metrics, probes",
      TL_FIELD(server.admin_listen)}},
    {{"server.base_url", "URL under which the carrier reaches us; empty: http://<server.listen>",
      TL_FIELD(server.base_url), check::url},
     "BASE_URL"},
    {{"server.stream_url",
      "URL under which the carrier's sockets reach this very engine, when a balancer shares "
      "base_url among several; empty: base_url",
      TL_FIELD(server.stream_url), check::url},
     "STREAM_URL"},
    {{"server.certificate_file", "PEM certificate chain of the public listener; empty: no TLS",
      TL_FIELD(server.certificate_file), check::file}},
    {{"server.key_file", "PEM private key of the certificate", TL_FIELD(server.key_file),
      check::file}},
    {{"server.trusted_proxies", "addresses of proxies whose X-Forwarded-For is believed",
      TL_FIELD(server.trusted_proxies)}},
    {{"server.shards", "network threads; 0: one a core", TL_FIELD(server.shards), check::none, 0,
      256}},
    {{"server.test_hooks", "lets the admin API kill a call's actors; for tests only",
      TL_FIELD(server.test_hooks)}},
    {{"server.drain_timeout_s", "how long live calls may go on after SIGTERM",
      TL_FIELD(server.drain_timeout), check::none, 0, day_s}},

    {{"limits.max_calls", "calls at the same time; further callers are asked for a message",
      TL_FIELD(limits.max_calls), check::none, 1, 100000}},
    {{"limits.calls_per_second", "new calls a second; bursts of twice that",
      TL_FIELD(limits.calls_per_second), check::none, 1, 100000}},
    {{"limits.calls_per_minute_per_source", "new calls a minute from one number",
      TL_FIELD(limits.calls_per_minute_per_source), check::none, 1, 100000}},
    {{"limits.unsigned_connections_per_address",
      "connections from one address that have not sent a signed webhook yet; further ones are "
      "closed",
      TL_FIELD(limits.unsigned_connections_per_address), check::none, 1, 100000}},
    {{"limits.webhooks_per_second_per_address", "webhooks a second from one address",
      TL_FIELD(limits.webhooks_per_second_per_address), check::none, 1, 100000}},
    {{"limits.overload_lag_ms",
      "event loops that are so late for two seconds have too much to do: calls go to the channel "
      "of when_overloaded; 0: never",
      TL_FIELD(limits.overload_lag), check::none, 0, 10'000}},
    {{"limits.stream_start_timeout_ms", "from a media socket's opening to its start message",
      TL_FIELD(limits.stream_start_timeout), check::none, 100, 60000}},
    {{"limits.frame_silence_timeout_ms", "a media stream without a frame for so long is dead",
      TL_FIELD(limits.frame_silence_timeout), check::none, 1000, 300000}},

    {{"carrier.account_sid", "account at the carrier", TL_FIELD(carrier.account_sid)},
     "TWILIO_ACCOUNT_SID"},
    {{"carrier.auth_token",
      "signs webhooks and REST requests; empty: the development token, on loopback only",
      TL_FIELD(carrier.auth_token)},
     "TWILIO_AUTH_TOKEN",
     true},
    {{"carrier.phone_number", "our number, for calls we place", TL_FIELD(carrier.phone_number),
      check::number},
     "TWILIO_PHONE_NUMBER"},
    {{"carrier.base_url", "the carrier's REST API", TL_FIELD(carrier.base_url), check::url},
     "TWILIO_BASE_URL"},

    {{"providers.stt", "speech recognition, in fallback order: name, name:model, name=weight",
      TL_FIELD(stt_providers), check::stt_service},
     "STT_PROVIDER"},
    {{"providers.llm", "reply generation, in fallback order", TL_FIELD(llm_providers),
      check::llm_service},
     "LLM_PROVIDER"},
    {{"providers.tts", "speech synthesis, in fallback order", TL_FIELD(tts_providers),
      check::tts_service},
     "TTS_PROVIDER"},
    {{"providers.probe_every_s", "a service whose breaker is open is tried by us; 0: never",
      TL_FIELD(providers.probe_every), check::none, 0, 3600}},
    {{"providers.at_once_max", "requests to one service at the same time",
      TL_FIELD(providers.at_once_max), check::none, 1, 100000}},
    {{"alerts.webhook_url", "trouble with a service is posted there", TL_FIELD(alerts.webhook_url),
      check::url},
     "ALERT_WEBHOOK_URL"},

    {{"speech.workers", "threads of embedded recognition; 0: one a core", TL_FIELD(speech.workers),
      check::none, 0, 256}},
    {{"speech.decoders", "recogniser pairs kept ready; 0: twice the workers",
      TL_FIELD(speech.decoders), check::none, 0, 4096}},

    {{"store.database",
      "SQLite file, also as sqlite:///path, or postgres://user@host:5432/name; empty: "
      "<state_dir>/trunkline.db",
      TL_FIELD(store.database), check::database},
     "DATABASE_URL"},
    {{"store.connections", "to PostgreSQL: one writes, the others read",
      TL_FIELD(store.connections), check::none, 2, 4}},
    {{"store.queue_max", "writes that may wait", TL_FIELD(store.queue_max), check::none, 100,
      10'000'000}},
    {{"store.journal_mb_max",
      "rows kept on this disk, and in memory, while the database is away; then text is left out",
      TL_FIELD(store.journal_mb_max), check::none, 4, 65'536}},
    {{"store.patience_s", "how long a failed write is tried again", TL_FIELD(store.patience),
      check::none, 0, day_s}},
    {{"store.read_timeout_ms", "PostgreSQL gives up a statement that reads",
      TL_FIELD(store.read_timeout), check::none, 10, 600'000}},
    {{"store.write_timeout_ms", "PostgreSQL gives up a statement that writes",
      TL_FIELD(store.write_timeout), check::none, 10, 600'000}},

    {{"store.data_key",
      "keys that encrypt personal data, ID:BASE64, the first one for what is new; "
      "`trunkline data new-key` makes one",
      TL_FIELD(store.data_key)},
     "",
     true},
    {{"store.data_key_file", "file with such keys, when store.data_key is empty",
      TL_FIELD(store.data_key_file), check::file}},
    {{"store.assistants_every_s",
      "how often a running engine looks for assistants that changed in the database",
      TL_FIELD(store.assistants_every), check::none, 1, 86'400}},
    {{"store.metrics_days", "how long each minute's metrics are kept; 0: for ever",
      TL_FIELD(store.metrics_days), check::none, 0, 36'500}},
    {{"store.keep_rows",
      "false: what calls write is dropped; only for measuring what writing costs",
      TL_FIELD(store.keep_rows)}},

    {{"tenant.keys",
      "keys of services that tenants bring themselves, a JSON object: "
      "{\"acme\": {\"OPENAI_API_KEY\": \"...\"}}",
      TL_FIELD(tenant_keys)},
     "",
     true},

    {{"admin.user", "user of the admin listener; needed beyond loopback", TL_FIELD(admin_user)}},
    {{"admin.password", "password of the admin listener; needed beyond loopback",
      TL_FIELD(admin_password)},
     "",
     true},
};
#undef TL_FIELD

} // namespace

std::span<const config_row> config_rows() {
  static const auto all = [] {
    std::vector<config_row> joined(std::begin(rows), std::end(rows));
    const auto services = service_setting_rows();
    joined.insert(joined.end(), services.begin(), services.end());
    return joined;
  }();
  return all;
}

const config_row* find_config_row(std::string_view key) {
  const auto all = config_rows();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](auto& row) { return row.key == key; });
  return found == all.end() ? nullptr : &*found;
}

bool holds_secret(const config_row& row, engine_config& config) {
  const auto text = field_text(row.member(config));
  if (row.check != check::database || text.empty())
    return row.secret && !text.empty();
  const auto url = parse_database_url(text);
  return url && !url->password.empty();
}

std::string shown_text(const config_row& row, engine_config& config) {
  const auto text = field_text(row.member(config));
  if (row.secret)
    return text.empty() ? "(not set)" : "(set)";
  if (row.check != check::database)
    return text;
  const auto url = parse_database_url(text);
  return url ? url->shown : std::string{};
}

std::string formed_variable(std::string_view key) {
  std::string name = "TRUNKLINE_";
  for (const char c : key)
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string variable_of(const config_row& row) {
  return row.variable.empty() ? formed_variable(row.key) : std::string{row.variable};
}

bool is_foreign_variable(std::string_view name) {
  constexpr std::array foreign{"TRUNKLINE_CACHE", "TRUNKLINE_JOBS"};
  return std::find(foreign.begin(), foreign.end(), name) != foreign.end();
}

} // namespace trunkline
