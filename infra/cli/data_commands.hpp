#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>

namespace trunkline {

/// `data new-key`, `reseal`, `export` and `erase`: keys, and one person's data. `audit verify` and
/// `audit ls`. Exit status: 0; 1 when there is nothing of the number, something stands in the way
/// or the chain has a fault; 2 for a bad number or key; 69 when the database cannot be reached.
int run_data(const data_command& command, const engine_config& config, std::ostream& out,
             std::ostream& err);
int run_audit(const audit_command& command, const engine_config& config, std::ostream& out,
              std::ostream& err);

} // namespace trunkline
