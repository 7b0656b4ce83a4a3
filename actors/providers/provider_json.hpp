#pragma once

#include "actors/providers/provider_board.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// {"providers":[{"key","state","opens_in_ms","at_once","good","failed","latency_ms",
/// "last_error"}]}
std::string providers_json(const std::vector<provider_status>& all);

} // namespace trunkline
