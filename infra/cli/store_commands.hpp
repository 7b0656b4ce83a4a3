#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>
#include <string>

namespace trunkline {

/// The database file of a configuration.
std::string store_path(const engine_config& config);

/// `calls ls` and `calls show`: reads the store directly, so the engine need not run. Numbers are
/// masked unless --full. Exit status: 0, 1 when the call is unknown, 69 when the store cannot be
/// read.
int show_calls(const calls_command& command, const std::string& path, std::ostream& out,
               std::ostream& err);

/// `migrate up` and `migrate status`: one line a migration.
int migrate(const migrate_command& command, const std::string& path, std::ostream& out,
            std::ostream& err);

} // namespace trunkline
