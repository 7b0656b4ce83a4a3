#pragma once

#include "actors/call/assistant_directory.hpp"

#include <optional>
#include <string>

namespace trunkline {

/// GET /api/v1/assistants: those that take calls now, without their content.
std::string assistants_json(const assistant_directory& directory);
/// GET /api/v1/assistants/{id}: with all of it; nothing: it takes no calls.
std::optional<std::string> assistant_details_json(const assistant_directory& directory,
                                                  const std::string& id);

} // namespace trunkline
