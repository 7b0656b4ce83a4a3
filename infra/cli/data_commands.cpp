#include "infra/cli/data_commands.hpp"

#include "infra/cli/operator_options.hpp"
#include "infra/privacy/audit_chain.hpp"
#include "infra/privacy/caller_data.hpp"
#include "infra/privacy/person_keys.hpp"
#include "infra/recording/recordings.hpp"
#include "infra/store/open_store.hpp"
#include "infra/store/record_json.hpp"
#include "infra/time/wall_clock.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace trunkline {

namespace {

using nlohmann::json;

int report(const failure& why, std::ostream& err) {
  err << "trunkline: " << why.context << "\n";
  return why.retryable ? exit_unreachable
         : why.kind == failure_kind::bad_input || why.kind == failure_kind::unauthorized
             ? exit_usage
             : exit_failed;
}

int new_key(std::ostream& out) {
  auto day = iso_time(wall_now()).substr(0, 10);
  std::erase(day, '-');
  out << new_master_key(day) << "\n";
  return exit_ok;
}

/// The database's session with the keys, for what is not a repository's work.
struct keyed_session {
  std::unique_ptr<sql_session> db;
  shared_master_keys keys; ///< nullptr: none
};
result<keyed_session> open_keyed(const engine_config& config, session_use use) {
  const auto where = database_of(config);
  if (!where)
    return where.error();
  auto keys = load_master_keys(config.store.data_key, config.store.data_key_file);
  if (!keys)
    return keys.error();
  auto session = open_session(*where, config.store, use);
  if (!session)
    return session.error();
  return keyed_session{std::move(*session), std::move(*keys)};
}

int reseal(const engine_config& config, std::ostream& out, std::ostream& err) {
  const auto opened = open_keyed(config, session_use::migrate);
  if (!opened)
    return report(opened.error(), err);
  if (!opened->keys)
    return report({failure_kind::bad_input,
                   "there is no data key; set TRUNKLINE_STORE_DATA_KEY or store.data_key_file",
                   false},
                  err);
  person_keys keys{*opened->db, opened->keys};
  size_t changed = 0;
  const auto done = opened->db->transaction([&]() -> result<void> {
    const auto resealed = keys.reseal();
    if (!resealed)
      return resealed.error();
    changed = *resealed;
    return {};
  });
  if (!done)
    return report(done.error(), err);
  out << changed << " key(s) sealed anew with " << opened->keys->current().id << "\n";
  return exit_ok;
}

// What was deleted is overwritten in a SQLite file; its write-ahead log still has it.
void clear_log(const engine_config& config) {
  const auto where = database_of(config);
  if (!where || where->dialect != sql_dialect::sqlite)
    return;
  if (const auto session = open_session(*where, config.store, session_use::migrate))
    (void)(*session)->script("PRAGMA wal_checkpoint(TRUNCATE)");
}

int print_export(repository& rows, const data_request& request, std::ostream& out,
                 std::ostream& err) {
  const auto text = export_caller(rows, request);
  if (!text)
    return report(text.error(), err);
  out << *text << "\n";
  return exit_ok;
}

int erase(repository& rows, const data_request& request, const data_command& command,
          const engine_config& config, std::ostream& out, std::ostream& err) {
  const auto done = erase_caller(rows, request, command.cancel_upcoming);
  if (!done)
    return report(done.error(), err);
  const auto& gone = done->rows;
  const auto files = remove_recordings(config.state_dir, done->recordings);
  out << "erased: " << gone.turns << " turn(s), " << gone.messages << " message(s), "
      << gone.tool_runs << " tool run(s), " << gone.notes << " note(s), " << gone.questions
      << " question(s), " << done->dead_letters << " dead letter(s), " << gone.recordings
      << " recording(s), " << files << " of their files here\nmade anonymous: " << gone.calls
      << " call(s), " << gone.appointments << " appointment(s), " << done->cancelled
      << " of them cancelled\n";
  return exit_ok;
}

int on_person(const data_command& command, const engine_config& config, std::ostream& out,
              std::ostream& err) {
  if (!is_e164(command.number))
    return report(
        {failure_kind::bad_input,
         "'" + clean_text(command.number, 40) + "' is not a number in E.164, such as +15550100001",
         false},
        err);
  const auto rows = open_repository(config, session_use::write);
  if (!rows)
    return report(rows.error(), err);
  auto tenant = tenant_of(command.tenant, config, **rows);
  if (!tenant)
    return report(tenant.error(), err);
  const data_request request{std::move(*tenant), command.number, operator_name(),
                             clean_text(command.reason, 200), wall_now()};
  if (command.what == data_command::action::export_all)
    return print_export(**rows, request, out, err);
  const int status = erase(**rows, request, command, config, out, err);
  clear_log(config);
  return status;
}

// "1234:sha256:..." as `audit verify` prints it.
result<std::optional<audit_head>> known_end(const std::string& text) {
  if (text.empty())
    return std::optional<audit_head>{};
  audit_head known;
  const auto colon = text.find(':');
  const auto* end = text.data() + std::min(colon, text.size());
  const auto read = std::from_chars(text.data(), end, known.position);
  if (colon == text.npos || read.ec != std::errc{} || read.ptr != end || known.position < 1)
    return failure{failure_kind::bad_input,
                   "--known takes an end as 'audit verify' prints it, such as 1234:sha256:...",
                   false};
  known.hash = text.substr(colon + 1);
  return std::optional{known};
}

int verify(const audit_command& command, const engine_config& config, std::ostream& out,
           std::ostream& err) {
  const auto known = known_end(command.known);
  if (!known)
    return report(known.error(), err);
  const auto opened = open_keyed(config, session_use::migrate);
  if (!opened)
    return report(opened.error(), err);
  std::optional<secret_key> key;
  if (opened->keys) {
    auto stored = person_keys{*opened->db, opened->keys}.stored_key("audit");
    if (!stored)
      return report(stored.error(), err);
    key = *stored;
  }
  const auto verdict = verify_audit(*opened->db, key ? &*key : nullptr, *known);
  if (!verdict)
    return report(verdict.error(), err);
  const auto end = std::to_string(verdict->head.position) + ":" + verdict->head.hash;
  if (command.json)
    out << json{{"good", verdict->fault.empty()},
                {"fault", verdict->fault},
                {"rows", verdict->rows},
                {"unchained", verdict->unchained},
                {"end", end}}
               .dump()
        << "\n";
  else
    out << verdict->rows << " row(s) in the chain, " << verdict->unchained
        << " from before it\nend " << end << "\n"
        << (verdict->fault.empty() ? "the chain is whole" : "FAULT: " + verdict->fault) << "\n";
  return verdict->fault.empty() ? exit_ok : exit_failed;
}

int list_audit(const audit_command& command, const engine_config& config, std::ostream& out,
               std::ostream& err) {
  const auto opened = open_keyed(config, session_use::read);
  if (!opened)
    return report(opened.error(), err);
  const auto shown = opened->db->run(
      "SELECT at, actor, action, call_sid, detail FROM audit_logs ORDER BY id DESC LIMIT $1",
      {static_cast<int64_t>(command.limit)}, [&](const sql_row& row) {
        const auto at = iso_time(timestamp{std::chrono::milliseconds{row.number(0)}});
        if (command.json)
          out << json{{"at", at},
                      {"actor", row.text(1)},
                      {"action", row.text(2)},
                      {"call_sid", row.text(3)},
                      {"detail", json::parse(row.text(4), nullptr, false)}}
                     .dump(-1, ' ', false, json::error_handler_t::replace)
              << "\n";
        else
          out << at << "  " << row.text(1) << "  " << row.text(2) << "  "
              << (row.text(3).empty() ? "-" : row.text(3)) << "  " << row.text(4) << "\n";
      });
  return shown ? exit_ok : report(shown.error(), err);
}

} // namespace

int run_data(const data_command& command, const engine_config& config, std::ostream& out,
             std::ostream& err) {
  switch (command.what) {
  case data_command::action::new_key:
    return new_key(out);
  case data_command::action::reseal:
    return reseal(config, out, err);
  default:
    return on_person(command, config, out, err);
  }
}

int run_audit(const audit_command& command, const engine_config& config, std::ostream& out,
              std::ostream& err) {
  return command.what == audit_command::action::list ? list_audit(command, config, out, err)
                                                     : verify(command, config, out, err);
}

} // namespace trunkline
