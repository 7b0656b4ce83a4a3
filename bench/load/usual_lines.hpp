#pragma once

#include "bench/load/scenario.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// What a caller of a scenario says when it gives no lines. Stand-in recognisers know them.
std::vector<std::string> usual_lines(load_caller::habit what);
/// Of all kinds of callers, each once.
std::vector<std::string> all_usual_lines();

} // namespace trunkline
