#include "protocol/text/json_schema.hpp"

#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <array>
#include <exception>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr size_t mismatch_bytes_max = 200;

bool is_count(const json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value >= 0);
}

bool is_type(const json& value) {
  constexpr std::array names{"object", "array", "string", "number", "integer", "boolean", "null"};
  return value.is_string() &&
         std::find(names.begin(), names.end(), value.get<std::string>()) != names.end();
}

bool is_types(const json& value) {
  return is_type(value) ||
         (value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is_type));
}

bool is_names(const json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](auto& one) { return one.is_string(); });
}

std::string wrong_schema(const json& schema, const std::string& place);

std::string wrong_properties(const json& value, const std::string& place) {
  if (!value.is_object())
    return place + " must be an object";
  for (const auto& [name, property] : value.items())
    if (auto wrong = wrong_schema(property, place + "." + clean_text(name, 60)); !wrong.empty())
      return wrong;
  return {};
}

// The value of one keyword; `known` becomes false for one that is not supported.
std::string wrong_keyword(const std::string& key, const json& value, const std::string& at,
                          bool& known) {
  const auto needs = [&](bool good, const char* what) {
    return good ? std::string{} : at + " must be " + what;
  };
  if (key == "title" || key == "description" || key == "$schema")
    return needs(value.is_string(), "a string");
  if (key == "type")
    return needs(is_types(value), "object, array, string, number, integer, boolean or null");
  if (key == "properties")
    return wrong_properties(value, at);
  if (key == "additionalProperties" && value.is_boolean())
    return {};
  if (key == "items" || key == "additionalProperties")
    return wrong_schema(value, at);
  if (key == "required")
    return needs(is_names(value), "a list of names");
  if (key == "enum")
    return needs(value.is_array() && !value.empty(), "a list of values");
  if (key == "minimum" || key == "maximum")
    return needs(value.is_number(), "a number");
  if (key == "minLength" || key == "maxLength" || key == "minItems" || key == "maxItems")
    return needs(is_count(value), "a count");
  known = key == "const";
  return {};
}

// What is wrong with it; empty: nothing. As deep as parse_json lets a document be.
std::string wrong_schema(const json& schema, const std::string& place) {
  if (!schema.is_object())
    return place + " must be an object";
  for (const auto& [key, value] : schema.items()) {
    bool known = true;
    const auto at = place + "." + clean_text(key, 60);
    if (auto wrong = wrong_keyword(key, value, at, known); !wrong.empty())
      return wrong;
    if (!known)
      return at + " is not supported; what is: " + std::string{json_schema::supported};
  }
  return {};
}

} // namespace

struct json_schema::compiled {
  json document;
  valijson::Schema schema;
};

result<json_schema> json_schema::parse(std::string_view text) {
  if (text.size() > bytes_max)
    return failure{failure_kind::bad_input,
                   "the schema is longer than " + std::to_string(bytes_max) + " bytes"};
  auto document = parse_json(text, "schema");
  if (!document)
    return document.error();
  if (auto wrong = wrong_schema(*document, "schema"); !wrong.empty())
    return failure{failure_kind::bad_input, std::move(wrong)};
  if (string_member(*document, "type") != "object")
    return failure{failure_kind::bad_input, "schema.type must be object"};
  try {
    auto made = std::make_shared<compiled>();
    made->document = *std::move(document);
    valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter{made->document},
                                            made->schema);
    return json_schema{std::move(made)};
  } catch (const std::exception&) {
    return failure{failure_kind::bad_input, "the schema cannot be used"};
  }
}

std::string json_schema::mismatch(const json& value) const {
  try {
    valijson::ValidationResults results;
    valijson::Validator validator{valijson::Validator::kStrongTypes};
    const valijson::adapters::NlohmannJsonAdapter target{value};
    if (validator.validate(compiled_->schema, target, &results))
      return {};
    std::string place, what = "does not fit the schema";
    valijson::ValidationResults::Error error;
    if (results.popError(error)) { // the first one
      for (const auto& step : error.context)
        if (step != "<root>")
          place += step;
      what = error.description;
    }
    return clean_text((place.empty() ? "" : place + ": ") + what, mismatch_bytes_max);
  } catch (const std::exception&) {
    return "cannot be checked";
  }
}

} // namespace trunkline
