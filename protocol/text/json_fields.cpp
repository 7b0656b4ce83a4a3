#include "protocol/text/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace trunkline {

std::optional<double> number_member(const nlohmann::json& object, std::string_view name) {
  if (!object.is_object())
    return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end())
    return std::nullopt;
  if (found->is_number())
    return found->get<double>();
  if (!found->is_string())
    return std::nullopt;
  const auto& text = found->get_ref<const std::string&>();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<uint64_t> whole_number_member(const nlohmann::json& object, std::string_view name) {
  const auto value = number_member(object, name);
  constexpr double exact_max = 9007199254740992.0; // beyond it not every whole number is told apart
  if (!value || *value < 0 || *value > exact_max || *value != std::floor(*value))
    return std::nullopt;
  return static_cast<uint64_t>(*value);
}

float confidence_of(const nlohmann::json& object, std::string_view name) {
  const auto value = number_member(object, name);
  return value ? static_cast<float>(std::clamp(*value, 0.0, 1.0)) : 1.0f;
}

bool flag_member(const nlohmann::json& object, std::string_view name) {
  if (!object.is_object())
    return false;
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

const nlohmann::json& array_member(const nlohmann::json& object, std::string_view name) {
  static const nlohmann::json empty = nlohmann::json::array();
  if (!object.is_object())
    return empty;
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : empty;
}

std::chrono::milliseconds milliseconds_of(double seconds) {
  constexpr double day = 24 * 60 * 60;
  if (!(seconds > 0))
    return std::chrono::milliseconds{0};
  return std::chrono::milliseconds{std::llround(std::min(seconds, day) * 1000)};
}

} // namespace trunkline
