#include "protocol/openai/strict_schema.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 17> known_keywords = {"type",
                                                             "title",
                                                             "description",
                                                             "enum",
                                                             "const",
                                                             "properties",
                                                             "required",
                                                             "items",
                                                             "anyOf",
                                                             "pattern",
                                                             "format",
                                                             "minimum",
                                                             "maximum",
                                                             "multipleOf",
                                                             "minItems",
                                                             "maxItems",
                                                             "additionalProperties"};

bool is_closed_object(const json& schema) {
  const auto closed = schema.find("additionalProperties");
  if (closed == schema.end() || *closed != json(false))
    return false;
  const auto properties = schema.find("properties");
  if (properties == schema.end() || !properties->is_object())
    return false;
  const auto required = schema.find("required");
  const bool listed = required != schema.end() && required->is_array();
  for (const auto& [name, property] : properties->items())
    if (!listed || std::find(required->begin(), required->end(), json(name)) == required->end() ||
        !fits_strict(property))
      return false;
  return true;
}

} // namespace

bool fits_strict(const json& schema) {
  if (!schema.is_object())
    return false;
  for (const auto& [keyword, _] : schema.items())
    if (std::find(known_keywords.begin(), known_keywords.end(), keyword) == known_keywords.end())
      return false;
  const auto type = schema.find("type");
  const bool object = schema.contains("properties") || (type != schema.end() && *type == "object");
  if (object && !is_closed_object(schema))
    return false;
  if (const auto items = schema.find("items"); items != schema.end() && !fits_strict(*items))
    return false;
  const auto choices = schema.find("anyOf");
  return choices == schema.end() ||
         (choices->is_array() && std::all_of(choices->begin(), choices->end(), fits_strict));
}

} // namespace trunkline
