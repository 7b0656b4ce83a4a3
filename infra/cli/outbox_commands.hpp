#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>

namespace trunkline {

/// `outbox ls` and `outbox retry [ID]`: rows that the database would not take for good. They hold
/// caller text, which only --json shows. A row that is taken at last is removed from the list, and
/// so is a state of a call that has a later one. Exit status: 0, 1 when a row is still not taken or
/// there is none of this id, 69 when the database cannot be reached.
int show_outbox(const outbox_command& command, const engine_config& config, std::ostream& out,
                std::ostream& err);

} // namespace trunkline
