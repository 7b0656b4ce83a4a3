#include "protocol/anthropic/messages.hpp"

#include "protocol/anthropic/reply_reader.hpp"
#include "protocol/chat/mended_history.hpp"
#include "protocol/chat/model_failure.hpp"
#include "protocol/chat/request_parts.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr double temperature_max = 1;
constexpr std::string_view api_version = "2023-06-01";
constexpr std::string_view cancelled = "cancelled by caller";

// A call opens with the agent's greeting, but a conversation must begin with the other side; and
// one that ends with the agent's words would be taken for the beginning of the reply.
constexpr std::string_view call_begins = "(The call is connected.)";
constexpr std::string_view go_on = "(Go on.)";

json text_block(std::string_view text) {
  return {{"type", "text"}, {"text", text}};
}

json note_block(std::string_view text) {
  return text_block("(Note, not said by the caller: " + std::string{text} + ")");
}

json result_block(const answered_call& call) {
  json block = {{"type", "tool_result"}, {"tool_use_id", call.id}};
  if (!call.result) {
    block["content"] = cancelled;
    block["is_error"] = true;
  } else if (!call.result->empty()) {
    block["content"] = *call.result;
  }
  return block;
}

// Messages whose roles alternate: what comes in a row goes into one.
class message_list {
public:
  void add(std::string_view role, json block) {
    if (list_.empty() || list_.back()["role"] != role)
      list_.push_back({{"role", role}, {"content", json::array()}});
    list_.back()["content"].push_back(std::move(block));
  }

  void add(const history_entry& entry) {
    if (entry.role == speaker::system) {
      add("user", note_block(entry.text));
    } else if (entry.role != speaker::agent) {
      add("user", text_block(entry.text));
    } else {
      if (list_.empty())
        add("user", text_block(call_begins));
      add_agent(entry);
    }
  }

  json take() {
    if (list_.empty())
      add("user", text_block(call_begins));
    if (list_.back()["role"] != "user")
      add("user", text_block(go_on));
    return std::move(list_);
  }

private:
  void add_agent(const history_entry& entry) {
    if (!entry.text.empty())
      add("assistant", text_block(entry.text));
    for (const auto& call : entry.calls) {
      auto input = parse_json(call.arguments, "arguments");
      add("assistant", {{"type", "tool_use"},
                        {"id", call.id},
                        {"name", call.name},
                        {"input", input ? std::move(*input) : json::object()}});
    }
    for (const auto& call : entry.calls)
      add("user", result_block(call));
  }

  json list_ = json::array();
};

class anthropic_messages : public chat_codec {
public:
  anthropic_messages(anthropic_messages_options options, json extra)
      : options_(std::move(options)), extra_(std::move(extra)),
        tools_([this](std::span<const tool_spec> tools) { return listed(tools); }) {}

  service_request request(std::string_view system, std::span<const chat_message> messages,
                          std::span<const tool_spec> tools) const override {
    service_request to;
    to.target = "/v1/messages";
    to.headers = {{"content-type", "application/json"},
                  {"accept", "text/event-stream"},
                  {"anthropic-version", std::string{api_version}}};
    if (!options_.api_key.empty())
      to.headers.emplace_back("x-api-key", options_.api_key);
    json body = {{"model", options_.model}, {"max_tokens", options_.tokens_max}, {"stream", true}};
    if (options_.temperature)
      body["temperature"] = *options_.temperature;
    if (system.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      body["system"] = json::array({text_block(system)});
      mark_stable(body["system"]);
    }
    if (!tools.empty() && options_.disable_parallel_tool_use)
      body["tool_choice"] = {{"type", "auto"}, {"disable_parallel_tool_use", true}};
    message_list list;
    for (const auto& entry : mended_history(messages))
      list.add(entry);
    body["messages"] = list.take();
    to.body = request_text(std::move(body), tools, tools_, extra_);
    return to;
  }

  std::unique_ptr<reply_reader> reader() const override {
    return make_anthropic_reader(options_.service);
  }

  failure error_of(const service_error& answer) const override {
    return model_failure(options_.service, answer);
  }

private:
  json listed(std::span<const tool_spec> tools) const {
    auto list = json::array();
    for (const auto& tool : tools) {
      json rendered = {{"name", tool.name}, {"input_schema", tool_schema(tool.parameters)}};
      if (!tool.description.empty())
        rendered["description"] = tool.description;
      list.push_back(std::move(rendered));
    }
    mark_stable(list);
    return list;
  }

  // The prompt is tools, then system, then messages; a mark covers all before it. Both are marked:
  // the tools stay the same when the system prompt changes from call to call.
  void mark_stable(json& blocks) const {
    if (options_.prompt_cache)
      blocks.back()["cache_control"] = {{"type", "ephemeral"}};
  }

  const anthropic_messages_options options_;
  const json extra_;
  const tools_text tools_;
};

} // namespace

result<std::unique_ptr<chat_codec>> make_anthropic_messages(anthropic_messages_options options) {
  auto extra = check_options({options.service, options.model, options.api_key, options.tokens_max,
                              options.temperature, temperature_max, options.extra});
  if (!extra)
    return extra.error();
  return std::unique_ptr<chat_codec>{
      std::make_unique<anthropic_messages>(std::move(options), std::move(*extra))};
}

} // namespace trunkline
