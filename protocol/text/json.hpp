#pragma once

#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace trunkline {

/// Nesting that outside JSON may have (design section 8).
inline constexpr size_t json_depth_max = 32;

/// Parses outside JSON without throwing; the depth is checked before anything is built. `what`
/// names the document in the failure ("media message"), which never quotes its content.
result<nlohmann::json> parse_json(std::string_view text, std::string_view what,
                                  size_t depth_max = json_depth_max);

/// Serialises without throwing: invalid UTF-8 becomes U+FFFD.
std::string to_text(const nlohmann::json& value);

/// The member as a string; empty when absent or of another kind. Never throws.
std::string string_member(const nlohmann::json& object, std::string_view name);
/// The member when it is an object, else an empty object.
const nlohmann::json& object_member(const nlohmann::json& object, std::string_view name);

} // namespace trunkline
