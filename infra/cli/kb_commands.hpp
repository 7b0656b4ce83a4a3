#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>

namespace trunkline {

/// `kb import|ls|show|search|rm|unanswered`: works on the store directly, so the engine need not
/// run; an engine that does sees the change at once. Exit status: 0; 1 when something was refused
/// or not found; 2 when the tenant is not clear; 69 when the store cannot be reached.
int knowledge_command_main(const kb_command& command, const engine_config& config,
                           std::ostream& out, std::ostream& err);

} // namespace trunkline
