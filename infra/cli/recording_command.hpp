#pragma once

#include "infra/cli/command_line.hpp"
#include "schema/config.hpp"

#include <ostream>

namespace trunkline {

/// `calls recording`: one recording as a WAV file on `out`, on the machine that has the file. The
/// audit log says who played it.
int print_recording(const calls_command& command, const engine_config& config, std::ostream& out,
                    std::ostream& err);

} // namespace trunkline
