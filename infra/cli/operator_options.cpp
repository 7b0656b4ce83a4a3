#include "infra/cli/operator_options.hpp"

#include "infra/cli/command_line.hpp"
#include "infra/config/state_dir.hpp"
#include "infra/store/migrations.hpp"
#include "infra/store/open_store.hpp"
#include "infra/time/wall_clock.hpp"
#include "protocol/text/utf8.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

namespace trunkline {

namespace {

constexpr size_t call_sid_max = 100;

std::string joined(const std::set<std::string>& names) {
  std::string all;
  for (const auto& name : names)
    (all += all.empty() ? "" : ", ") += name;
  return all;
}

} // namespace

result<std::string> tenant_of(const std::string& given, const engine_config& config,
                              repository& rows) {
  std::set<std::string> known;
  if (const auto stored = rows.versions().tenants()) // else what follows says why
    known.insert(stored->begin(), stored->end());
  if (known.empty() || !config.assistants_are_sample)
    for (const auto& one : config.assistants)
      known.insert(one.tenant_id);
  if (given.empty()) {
    if (known.size() == 1)
      return *known.begin();
    return failure{failure_kind::bad_input,
                   "there are several tenants; add --tenant with one of: " + joined(known), false};
  }
  if (known.count(given) == 0)
    return failure{failure_kind::bad_input,
                   "no assistant has the tenant '" + clean_text(given, 100) +
                       "'; there is: " + joined(known),
                   false};
  return given;
}

std::unique_ptr<repository> open_migrated(const engine_config& config, std::ostream& err,
                                          int& status) {
  const auto complain = [&](const failure& why, int with) {
    err << "trunkline: " << why.context << "\n";
    status = with;
    return nullptr;
  };
  const auto where = database_of(config);
  if (!where)
    return complain(where.error(), exit_usage);
  if (config.store.database.empty()) // the file is in the state directory
    if (const auto made = make_state_dir(config.state_dir); !made)
      return complain(made.error(), exit_usage);
  {
    const auto session = open_session(*where, config.store, session_use::migrate);
    if (!session)
      return complain(session.error(), exit_unreachable);
    if (const auto migrated = migrate_up(**session); !migrated)
      return complain(migrated.error(), exit_failed);
  }
  auto rows = open_repository(config, session_use::write);
  if (!rows)
    return complain(rows.error(), exit_unreachable);
  return std::move(*rows);
}

std::string operator_name() {
  const char* behind_sudo = std::getenv("SUDO_USER");
  const auto* entry = ::getpwuid(::geteuid());
  const std::string name = behind_sudo && *behind_sudo ? behind_sudo
                           : entry                     ? entry->pw_name
                                                       : std::to_string(::geteuid());
  return "operator:" + clean_text(name, 60);
}

result<void> note_view(repository& rows, const std::string& action, const std::string& call_sid) {
  return rows.put_audit({{},
                         clean_text(call_sid, call_sid_max),
                         operator_name(),
                         action,
                         R"({"by":"command"})",
                         wall_now()});
}

} // namespace trunkline
