#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

// Counts brackets outside strings: enough to bound the depth of anything a parser would accept.
size_t depth_of(std::string_view text) {
  size_t depth = 0, deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

} // namespace

result<nlohmann::json> parse_json(std::string_view text, std::string_view what, size_t depth_max) {
  if (depth_of(text) > depth_max)
    return failure{failure_kind::bad_input, std::string{what} + " is nested deeper than " +
                                                std::to_string(depth_max) + " levels"};
  auto value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded())
    return failure{failure_kind::bad_input, std::string{what} + " is not JSON"};
  // Said explicitly: a json converts to everything, also to the failure.
  return {boost::system::in_place_value, std::move(value)};
}

std::string to_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string string_member(const nlohmann::json& object, std::string_view name) {
  if (!object.is_object())
    return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

const nlohmann::json& object_member(const nlohmann::json& object, std::string_view name) {
  static const nlohmann::json empty = nlohmann::json::object();
  if (!object.is_object())
    return empty;
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : empty;
}

} // namespace trunkline
