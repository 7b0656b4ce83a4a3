#include "infra/config/service_entry.hpp"

#include "infra/config/tenant_keys.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <set>

namespace trunkline {

namespace {

constexpr unsigned weight_max = 1000;

std::string quoted(std::string_view text) {
  return "'" + shortened(clean_text(text, 200), 60) + "'";
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names)
    all += (all.empty() ? "" : ", ") + name;
  return all;
}

// A stand-in or a server of one's own may do without a key; the vendor does not.
bool needs_key(const std::string& key, const std::string& base_url, std::string_view vendor) {
  return key.empty() && base_url == vendor;
}

using lacks = std::vector<std::string>;

void need_deepgram(const services_config& all, lacks& out) {
  if (needs_key(all.deepgram.api_key, all.deepgram.base_url, deepgram_config{}.base_url))
    out.emplace_back("DEEPGRAM_API_KEY");
}

void need_openai(const services_config& all, lacks& out) {
  if (needs_key(all.openai.api_key, all.openai.base_url, openai_config{}.base_url))
    out.emplace_back("OPENAI_API_KEY");
}

void need_anthropic(const services_config& all, lacks& out) {
  if (needs_key(all.anthropic.api_key, all.anthropic.base_url, anthropic_config{}.base_url))
    out.emplace_back("ANTHROPIC_API_KEY");
}

void need_elevenlabs(const services_config& all, lacks& out) {
  if (needs_key(all.elevenlabs.api_key, all.elevenlabs.base_url, elevenlabs_config{}.base_url))
    out.emplace_back("ELEVENLABS_API_KEY");
  if (all.elevenlabs.voice.empty())
    out.emplace_back("ELEVENLABS_VOICE_ID");
}

void need_azure(const services_config& all, lacks& out) {
  if (all.azure.api_key.empty())
    out.emplace_back("AZURE_SPEECH_KEY");
  if (all.azure.region.empty() && all.azure.base_url.empty())
    out.emplace_back("AZURE_SPEECH_REGION or AZURE_SPEECH_BASE_URL");
}

void need_polly(const services_config& all, lacks& out) {
  if (all.polly.access_key_id.empty())
    out.emplace_back("AWS_ACCESS_KEY_ID");
  if (all.polly.secret_access_key.empty())
    out.emplace_back("AWS_SECRET_ACCESS_KEY");
}

void need_whisper(const services_config& all, lacks& out) {
  if (all.whisper.base_url.empty())
    out.emplace_back("WHISPER_BASE_URL");
}

const std::map<std::string, std::function<void(const services_config&, lacks&)>>& needs() {
  static const std::map<std::string, std::function<void(const services_config&, lacks&)>> all{
      {"deepgram", need_deepgram},     {"openai", need_openai}, {"anthropic", need_anthropic},
      {"elevenlabs", need_elevenlabs}, {"azure", need_azure},   {"polly", need_polly},
      {"whisper", need_whisper},
  };
  return all;
}

// Servers of one's own have no model that could be guessed.
void need_model(const service_entry& entry, const services_config& all, lacks& out) {
  if (entry.name == "ollama" && entry.model.empty() && all.ollama.model.empty())
    out.emplace_back("OLLAMA_MODEL");
  if (entry.name != "compatible")
    return;
  if (entry.model.empty() && all.compatible.model.empty())
    out.emplace_back("COMPATIBLE_MODEL");
  if (all.compatible.base_url.empty())
    out.emplace_back("COMPATIBLE_BASE_URL");
}

} // namespace

const std::vector<std::string>& known_services(service_role role) {
  static const std::vector<std::string> recognisers{"deepgram", "openai",  "azure",
                                                    "vosk",     "whisper", "embedded"};
  static const std::vector<std::string> models{"openai", "anthropic", "ollama", "compatible",
                                               "embedded"};
  static const std::vector<std::string> voices{"elevenlabs", "openai", "polly",   "azure",
                                               "deepgram",   "coqui",  "embedded"};
  return role == service_role::stt ? recognisers : role == service_role::llm ? models : voices;
}

result<service_entry> parse_service_entry(service_role role, std::string_view text) {
  service_entry entry;
  if (const auto sign = text.rfind('='); sign != std::string_view::npos) {
    const auto number = text.substr(sign + 1);
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), entry.weight);
    if (error != std::errc{} || end != number.data() + number.size() || entry.weight > weight_max)
      return failure{failure_kind::bad_input,
                     "has " + quoted(text) + "; a weight is a whole number up to 1000: openai=20"};
    text = text.substr(0, sign);
  }
  const auto colon = text.find(':');
  entry.name = text.substr(0, colon);
  if (colon != std::string_view::npos)
    entry.model = text.substr(colon + 1);
  const auto& known = known_services(role);
  if (std::find(known.begin(), known.end(), entry.name) == known.end())
    return failure{failure_kind::bad_input, "names the unknown service " + quoted(entry.name) +
                                                "; there are " + joined(known)};
  if (entry.model.size() > 100 || !is_valid_utf8(entry.model))
    return failure{failure_kind::bad_input, "has a model name that is none"};
  return entry;
}

std::vector<service_entry> service_entries(service_role role,
                                           const std::vector<std::string>& list) {
  std::vector<service_entry> all;
  for (const auto& text : list)
    if (auto entry = parse_service_entry(role, text))
      all.push_back(std::move(*entry));
  return all;
}

std::vector<std::string> missing_service_settings(const engine_config& config) {
  std::vector<std::string> lines;
  std::set<std::string> seen;
  // Where tenants bring keys, the engine may have none: each assistant is looked at for itself.
  const bool each = !config.tenants.empty();
  const auto check = [&](service_role role, const std::string& where,
                         const services_config& services, const std::vector<std::string>& list) {
    for (const auto& entry : service_entries(role, list)) {
      lacks out;
      if (const auto found = needs().find(entry.name); found != needs().end())
        found->second(services, out);
      need_model(entry, services, out);
      for (const auto& variable : out)
        if (seen.insert(each ? where + variable : variable).second)
          lines.push_back(where + " lists " + entry.name + ", but " + variable + " is not set");
    }
  };
  if (!each) {
    check(service_role::stt, "providers.stt", config.services, config.stt_providers);
    check(service_role::llm, "providers.llm", config.services, config.llm_providers);
    check(service_role::tts, "providers.tts", config.services, config.tts_providers);
  }
  for (const auto& who : config.assistants) {
    const auto where = "assistant " + who.id;
    const auto& services = services_of(who.tenant_id, config);
    const auto list_of = [&](const auto& own, const auto& engines) {
      return own.empty() && each ? engines : own;
    };
    check(service_role::stt, where, services, list_of(who.stt, config.stt_providers));
    check(service_role::llm, where, services, list_of(who.llm, config.llm_providers));
    check(service_role::tts, where, services, list_of(who.tts, config.tts_providers));
    for (const auto& language : who.languages) {
      check(service_role::stt, where, services, language.stt);
      check(service_role::tts, where, services, language.tts);
    }
  }
  return lines;
}

} // namespace trunkline
