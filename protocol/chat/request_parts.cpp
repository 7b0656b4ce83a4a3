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

bool is_same(const tool_spec& one, const tool_spec& other) {
  return one.name == other.name && one.description == other.description &&
         one.parameters == other.parameters;
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

std::shared_ptr<const std::string> tools_text::of(std::span<const tool_spec> tools) const {
  const std::lock_guard lock{mutex_};
  if (!text_ || !std::equal(tools.begin(), tools.end(), last_.begin(), last_.end(), is_same)) {
    text_ = std::make_shared<const std::string>(to_text(make_(tools)));
    last_.assign(tools.begin(), tools.end());
  }
  return text_;
}

std::string request_text(json body, std::span<const tool_spec> tools, const tools_text& text,
                         const json& extra) {
  const bool changed = extra.contains("tools"); // then it has to be a document once more
  if (!tools.empty() && changed)
    body["tools"] = parse_json(*text.of(tools), "tools").value();
  auto patch = extra;
  for (const auto* kept : {"stream", "messages"})
    patch.erase(kept);
  body.merge_patch(patch);
  auto all = to_text(body);
  if (tools.empty() || changed)
    return all;
  all.back() = ','; // a body is never empty
  return all.append(R"("tools":)").append(*text.of(tools)).append("}");
}

} // namespace trunkline
