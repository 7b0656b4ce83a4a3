#pragma once

#include "schema/config.hpp"

#include <ostream>

namespace trunkline {

/// `trunkline doctor`: checks what an engine needs on this machine, one line each ("ok", "note" or
/// "FAIL", what, and what to do). Changes nothing but the state directory's existence. Exit status:
/// 0, or 1 when something fails.
int doctor(const engine_config& config, bool json, std::ostream& out);

} // namespace trunkline
