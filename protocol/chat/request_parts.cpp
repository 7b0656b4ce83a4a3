#include "protocol/chat/request_parts.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

using nlohmann::json;

failure bad(std::string_view service, std::string_view why) {
  return {failure_kind::bad_input, std::string{service} + " options: " + std::string{why}};
}

} // namespace

result<json> check_options(const checked_options& options) {
  if (options.model.empty())
    return bad(options.service, "no model is named");
  if (options.tokens_max < 1)
    return bad(options.service, "the token limit must be at least 1");
  // Written so that NaN is refused too.
  if (options.temperature &&
      !(*options.temperature >= 0 && *options.temperature <= options.temperature_max))
    return bad(options.service, "the temperature is out of bounds");
  // A line end would begin another header.
  if (std::any_of(options.api_key.begin(), options.api_key.end(),
                  [](char c) { return c <= ' ' || c > '~'; }))
    return bad(options.service, "the key has blanks or characters that no key has");
  if (options.extra.empty())
    return {boost::system::in_place_value, json::object()};
  auto extra = parse_json(options.extra, "extra body");
  if (!extra || !extra->is_object())
    return bad(options.service, "the extra body is not a JSON object");
  return extra;
}

json tool_schema(const std::string& parameters) {
  auto schema = parse_json(parameters, "parameters");
  if (!schema || !schema->is_object())
    return {{"type", "object"}, {"properties", json::object()}};
  (*schema)["type"] = "object";
  if (!schema->contains("properties"))
    (*schema)["properties"] = json::object();
  return std::move(*schema);
}

void merge_extra(json& body, const json& extra) {
  auto patch = extra;
  for (const auto* kept : {"stream", "messages"})
    patch.erase(kept);
  body.merge_patch(patch);
}

} // namespace trunkline
