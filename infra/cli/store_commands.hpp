#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace trunkline {

/// `calls ls`, `calls show` and `calls export`: reads the store directly, so the engine need not
/// run. Numbers are masked unless --full; whoever sees turns or whole numbers is in the audit log.
/// Exit status: 0, 1 when the call is unknown, 69 when the store cannot be reached.
int show_calls(const calls_command& command, const engine_config& config, std::ostream& out,
               std::ostream& err);

/// `migrate up` and `migrate status`: one line a migration. 1 when the database is not one this
/// version may use, 69 when it cannot be reached.
int migrate(const migrate_command& command, const engine_config& config, std::ostream& out,
            std::ostream& err);

/// What `doctor` says of the database.
struct store_health {
  bool good = true;
  std::string what; ///< one line
};
/// Whether it can be reached, how soon it answers, its migrations and its disk. Writes
/// nothing.
std::vector<store_health> check_store(const engine_config& config);

} // namespace trunkline
