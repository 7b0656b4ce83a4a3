#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>

namespace trunkline {

/// `assistants ls|show|put|versions|use|rm`: works on the store directly, so the engine need not
/// run; engines that do take the change at their next look. Every change is in the audit log. Exit
/// status: 0; 1 when something was refused or not found; 2 when the file is wrong or the tenant not
/// clear; 69 when the store cannot be reached.
int assistants_command_main(const assistants_command& command, const engine_config& config,
                            std::ostream& out, std::ostream& err);

/// `assistants presets`.
int list_presets(bool json, std::ostream& out);

} // namespace trunkline
