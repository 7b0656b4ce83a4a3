#pragma once

#include "schema/assistant.hpp"

#include <string_view>

namespace trunkline {

/// Whether a line speaks of an emergency: the assistant's own words, or a short built-in list. The
/// call's supervisor looks first and catches most; this is the agent's own net.
bool sounds_urgent(std::string_view text, const assistant& who);

} // namespace trunkline
