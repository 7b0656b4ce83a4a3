#pragma once

#include <nlohmann/json_fwd.hpp>

namespace trunkline {

/// Whether OpenAI accepts a tool with this JSON Schema as strict: every object closed, every
/// property required, no keyword it does not know. Anything else is answered with 400.
bool fits_strict(const nlohmann::json& schema);

} // namespace trunkline
