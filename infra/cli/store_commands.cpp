#include "infra/cli/store_commands.hpp"

#include "infra/store/migrations.hpp"
#include "infra/store/record_json.hpp"
#include "infra/store/sqlite_repository.hpp"
#include "protocol/text/phone_number.hpp"

#include <iomanip>

namespace trunkline {

namespace {

void hide_number(call_record& call, bool full) {
  if (full)
    return;
  call.caller_number = mask_number(call.caller_number);
  call.caller_name.clear();
}

void print_call(const call_record& call, const std::vector<turn_record>& turns, std::ostream& out) {
  out << call.call_sid << "  " << iso_time(call.started_at) << "  " << call.caller_number << "  "
      << (call.outcome.empty() ? "live" : call.outcome) << " (" << call.end_reason << ")\n";
  for (const auto& turn : turns) {
    out << std::setw(3) << turn.index << " " << std::setw(6) << turn.role << "> " << turn.text;
    if (turn.role == "agent" && turn.heard != turn.text)
      out << "  [heard: " << turn.heard << "]";
    out << "\n";
    if (turn.latency.empty())
      continue;
    out << "            " << turn.response_time_ms << " ms =";
    for (const auto& part : turn.latency)
      out << " " << part.name << " " << part.ms << " (" << part.owner << ")";
    out << "\n";
  }
}

int list(repository& rows, const calls_command& command, std::ostream& out) {
  auto calls = rows.list_calls(command.limit);
  if (!calls)
    return exit_unreachable;
  for (auto& call : *calls)
    hide_number(call, command.full);
  if (command.json) {
    out << call_list_json(*calls, {}) << "\n";
    return exit_ok;
  }
  for (const auto& call : *calls)
    out << call.call_sid << "  " << iso_time(call.started_at) << "  " << std::left << std::setw(14)
        << call.caller_number << "  " << (call.outcome.empty() ? "live" : call.outcome) << "\n";
  return exit_ok;
}

int show(repository& rows, const calls_command& command, std::ostream& out, std::ostream& err) {
  auto call = rows.find_call(command.call_sid);
  auto turns = rows.turns_of(command.call_sid);
  if (!call || !turns)
    return exit_unreachable;
  if (!*call) {
    err << "trunkline: no call " << command.call_sid << " in the store\n";
    return exit_failed;
  }
  hide_number(**call, command.full);
  if (command.json)
    out << call_json({**call, *turns, {}, false}) << "\n";
  else
    print_call(**call, *turns, out);
  return exit_ok;
}

} // namespace

std::string store_path(const engine_config& config) {
  return config.store.path.empty() ? config.state_dir + "/trunkline.db" : config.store.path;
}

int show_calls(const calls_command& command, const std::string& path, std::ostream& out,
               std::ostream& err) {
  auto db = sqlite::connection::open(path, true);
  if (!db) {
    err << "trunkline: " << db.error().context << "\n";
    return exit_unreachable;
  }
  auto rows = make_sqlite_repository(std::move(*db));
  const int status = command.what == calls_command::action::list ? list(*rows, command, out)
                                                                 : show(*rows, command, out, err);
  if (status == exit_unreachable)
    err << "trunkline: " << path << " cannot be read; `trunkline migrate status` says more\n";
  return status;
}

int migrate(const migrate_command& command, const std::string& path, std::ostream& out,
            std::ostream& err) {
  auto db = sqlite::connection::open(path);
  if (!db) {
    err << "trunkline: " << db.error().context << "\n";
    return exit_unreachable;
  }
  auto all = command.what == migrate_command::action::up ? migrate_up(*db) : migration_status(*db);
  if (!all) {
    err << "trunkline: " << path << ": " << all.error().context << "\n";
    return exit_failed;
  }
  for (const auto& one : *all)
    out << one.name << "  " << (one.applied ? "applied" : "missing") << "\n";
  return exit_ok;
}

} // namespace trunkline
