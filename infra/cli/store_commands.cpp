#include "infra/cli/store_commands.hpp"

#include "infra/cli/calls_commands.hpp"
#include "infra/store/migrations.hpp"
#include "infra/store/sqlite_repository.hpp"

namespace trunkline {

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
  const record_view view{command.json, command.full};
  return command.what == calls_command::action::list
             ? calls_list(*rows, command.limit, view, out, err)
             : calls_show(*rows, command.call_sid, view, out, err);
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
