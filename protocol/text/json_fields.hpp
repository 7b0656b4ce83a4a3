#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

// Members of outside JSON, whatever kind they turn out to have. None of these throws.

/// The member as a number; also when it is a string that holds nothing but a number.
std::optional<double> number_member(const nlohmann::json& object, std::string_view name);
/// The member when it is a whole number that is not negative, or a string of one.
std::optional<uint64_t> whole_number_member(const nlohmann::json& object, std::string_view name);
/// The member as a confidence, 0 to 1; 1 when it is absent or no number.
float confidence_of(const nlohmann::json& object, std::string_view name);
/// True only for JSON's true.
bool flag_member(const nlohmann::json& object, std::string_view name);
/// The member when it is an array, else an empty one.
const nlohmann::json& array_member(const nlohmann::json& object, std::string_view name);

/// Seconds as services tell them, rounded; negative ones and nonsense become 0, and more than a
/// day becomes a day.
std::chrono::milliseconds milliseconds_of(double seconds);

} // namespace trunkline
