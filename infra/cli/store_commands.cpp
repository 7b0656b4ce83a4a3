#include "infra/cli/store_commands.hpp"

#include "infra/cli/calls_commands.hpp"
#include "infra/cli/operator_options.hpp"
#include "infra/cli/recording_command.hpp"
#include "infra/privacy/sealed_repository.hpp"
#include "infra/store/migrations.hpp"
#include "infra/store/open_store.hpp"
#include "infra/time/wall_clock.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

constexpr uintmax_t disk_bytes_min = 500u << 20;

int report(const failure& why, std::ostream& err) {
  err << "trunkline: " << why.context << "\n";
  return exit_unreachable;
}

result<std::unique_ptr<sql_session>> session_of(const engine_config& config, session_use use) {
  const auto where = database_of(config);
  if (!where)
    return where.error();
  return open_session(*where, config.store, use);
}

// The file of a SQLite database that the next start would make.
bool is_new_file(const database_url& where) {
  std::error_code error;
  return where.dialect == sql_dialect::sqlite && !std::filesystem::exists(where.text, error);
}

std::string milliseconds_text(clock::duration time) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  const auto hundredths = std::to_string(100 + us / 10 % 100).substr(1);
  return std::to_string(us / 1000) + "." + hundredths + " ms";
}

// The disk of a file; of a server, which keeps its disk to itself, how much it holds.
store_health room_of(const database_url& where, sql_session& db) {
  if (where.dialect == sql_dialect::sqlite) {
    std::error_code error;
    const auto space = std::filesystem::space(where.text, error);
    return {!error && space.available >= disk_bytes_min,
            "its disk has " + std::to_string(error ? 0 : space.available >> 20) +
                " MB free (500 MB are wanted)"};
  }
  int64_t bytes = 0;
  const auto asked = db.run("SELECT pg_database_size(current_database())", {},
                            [&](const sql_row& row) { bytes = row.number(0); });
  if (!asked)
    return {false, asked.error().context};
  return {true, "it holds " + std::to_string(bytes >> 20) + " MB; watch the disk of its server"};
}

// Whether what callers say is encrypted, and by keys that are there.
store_health keys_of(const store_config& config, sql_session& db, bool up_to_date) {
  const auto keys = load_master_keys(config.data_key, config.data_key_file);
  if (!keys)
    return {false, keys.error().context};
  if (up_to_date)
    if (const auto good = check_data_keys(db, *keys); !good)
      return {false, good.error().context};
  return {true, *keys ? "callers' data is encrypted with data key " + (*keys)->current().id
                      : "callers' data is not encrypted; see docs/data-protection.md"};
}

// The median of a few empty statements: what one round trip costs a call.
result<clock::duration> round_trip(sql_session& db) {
  std::vector<clock::duration> times;
  for (int i = 0; i < 5; ++i) {
    const auto start = clock::now();
    if (auto asked = db.run("SELECT 1", {}); !asked)
      return asked.error();
    times.push_back(clock::now() - start);
  }
  std::nth_element(times.begin(), times.begin() + 2, times.end());
  return times[2];
}

} // namespace

int show_calls(const calls_command& command, const engine_config& config, std::ostream& out,
               std::ostream& err) {
  using action = calls_command::action;
  if (command.what == action::recording)
    return print_recording(command, config, out, err);
  const bool one = command.what == action::show;
  const bool personal = command.full || command.what != action::list;
  const auto opened = open_repository(config, personal ? session_use::write : session_use::read);
  if (!opened)
    return report(opened.error(), err);
  const auto& rows = *opened;
  if (personal)
    if (const auto noted = note_view(*rows, one ? "call.viewed" : "calls.viewed", command.call_sid);
        !noted)
      return report(noted.error(), err);
  const record_view view{command.json, command.full};
  switch (command.what) {
  case action::list:
    return calls_list(*rows, command.limit, view, out, err);
  case action::export_all:
    return calls_export(*rows, command.limit, view, out, err);
  case action::show:
  case action::recording:
    break;
  }
  return calls_show(*rows, command.call_sid, view, out, err);
}

int migrate(const migrate_command& command, const engine_config& config, std::ostream& out,
            std::ostream& err) {
  const auto session = session_of(config, session_use::migrate);
  if (!session)
    return report(session.error(), err);
  const auto all = command.what == migrate_command::action::up ? migrate_up(**session)
                                                               : migration_status(**session);
  const auto good = all ? check_migrations(*all) : result<void>{all.error()};
  if (all)
    for (const auto& one : *all)
      out << one.name << "  " << to_string(one.state) << "\n";
  if (good)
    return exit_ok;
  const auto& why = good.error();
  const auto& name = (*session)->name();
  err << "trunkline: " << (why.context.starts_with(name) ? "" : name + ": ") << why.context << "\n";
  return why.retryable ? exit_unreachable : exit_failed;
}

std::vector<store_health> check_store(const engine_config& config) {
  const auto where = database_of(config);
  if (!where)
    return {{false, where.error().context}};
  if (is_new_file(*where))
    return {{true, "store " + where->shown + " is not there yet; the next start makes it"}};
  const auto start = clock::now();
  const auto session = open_session(*where, config.store, session_use::read);
  if (!session)
    return {{false, session.error().context}};
  const auto opened = clock::now() - start;
  const auto trip = round_trip(**session);
  const auto all = migration_status(**session);
  if (!trip || !all)
    return {{false, where->shown + ": " + (trip ? all.error() : trip.error()).context}};
  std::vector<store_health> found{{true, "store " + where->shown + " opens in " +
                                             milliseconds_text(opened) + " and answers in " +
                                             milliseconds_text(*trip)}};
  if (auto good = check_migrations(*all); !good)
    found.push_back({false, where->shown + ": " + good.error().context});
  const auto missing = std::count_if(
      all->begin(), all->end(), [](auto& one) { return one.state == migration_state::missing; });
  found.push_back({true, missing == 0
                             ? "its schema is at " + all->back().name
                             : "its schema lacks " + std::to_string(missing) +
                                   " migration(s); `trunkline migrate up` or the next start "
                                   "applies them"});
  found.push_back(keys_of(config.store, **session, missing == 0));
  found.push_back(room_of(*where, **session));
  return found;
}

} // namespace trunkline
