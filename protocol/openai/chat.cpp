#include "protocol/openai/chat.hpp"

#include "protocol/chat/mended_history.hpp"
#include "protocol/chat/model_failure.hpp"
#include "protocol/chat/request_parts.hpp"
#include "protocol/openai/reply_reader.hpp"
#include "protocol/openai/strict_schema.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr double temperature_max = 2;
constexpr std::string_view cancelled = "cancelled";

std::string_view role_of(speaker role) {
  switch (role) {
  case speaker::system:
    return "system"; // in the middle of the conversation too: a note to the model
  case speaker::agent:
    return "assistant";
  default:
    return "user";
  }
}

void append(json& messages, const history_entry& entry) {
  json message = {{"role", role_of(entry.role)}, {"content", entry.text}};
  if (entry.text.empty())
    message["content"] = nullptr;
  for (const auto& call : entry.calls)
    message["tool_calls"].push_back(
        {{"id", call.id},
         {"type", "function"},
         {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
  messages.push_back(std::move(message));
  for (const auto& call : entry.calls)
    messages.push_back({{"role", "tool"},
                        {"tool_call_id", call.id},
                        {"content", call.result.value_or(std::string{cancelled})}});
}

class openai_chat : public chat_codec {
public:
  openai_chat(openai_chat_options options, json extra)
      : options_(std::move(options)), extra_(std::move(extra)),
        tools_([this](std::span<const tool_spec> tools) { return listed(tools); }) {}

  service_request request(std::string_view system, std::span<const chat_message> messages,
                          std::span<const tool_spec> tools) const override {
    service_request to;
    to.target = "/chat/completions";
    to.headers = {{"content-type", "application/json"}, {"accept", "text/event-stream"}};
    if (!options_.api_key.empty())
      to.headers.emplace_back("authorization", "Bearer " + options_.api_key);
    auto body = settings();
    auto& history = body["messages"] = json::array();
    if (!system.empty())
      history.push_back({{"role", "system"}, {"content", system}});
    for (const auto& entry : mended_history(messages))
      append(history, entry);
    if (!tools.empty()) // without tools, a choice among them is refused
      add_choice(body);
    to.body = request_text(std::move(body), tools, tools_, extra_);
    return to;
  }

  std::unique_ptr<reply_reader> reader() const override {
    return make_openai_reader(options_.service, options_.without_thoughts);
  }

  failure error_of(const service_error& answer) const override {
    return model_failure(options_.service, answer);
  }

private:
  json settings() const {
    json body = {{"model", options_.model}, {"stream", true}};
    body[options_.tokens_max_name] = options_.tokens_max;
    if (options_.temperature)
      body["temperature"] = *options_.temperature;
    if (options_.stream_options) {
      body["stream_options"] = {{"include_usage", true}};
      if (options_.obfuscation_option)
        body["stream_options"]["include_obfuscation"] = false;
    }
    return body;
  }

  json listed(std::span<const tool_spec> tools) const {
    auto list = json::array();
    for (const auto& tool : tools) {
      json function = {{"name", tool.name}, {"parameters", tool_schema(tool.parameters)}};
      if (!tool.description.empty())
        function["description"] = tool.description;
      if (options_.strict == strict_tools::all ||
          (options_.strict == strict_tools::fitting && fits_strict(function["parameters"])))
        function["strict"] = true;
      list.push_back({{"type", "function"}, {"function", std::move(function)}});
    }
    return list;
  }

  void add_choice(json& body) const {
    if (options_.tool_choice)
      body["tool_choice"] = "auto";
    if (options_.parallel_tool_calls)
      body["parallel_tool_calls"] = *options_.parallel_tool_calls;
  }

  const openai_chat_options options_;
  const json extra_;
  const tools_text tools_;
};

} // namespace

result<openai_chat_options> openai_chat_profile(std::string_view name) {
  openai_chat_options options;
  if (name == "openai")
    return options;
  options.service = name;
  options.tokens_max_name = "max_tokens"; // the newer name is unknown to many
  options.obfuscation_option = false;
  options.without_thoughts = true;
  if (name == "llama.cpp")
    return options;
  if (name == "vllm") {
    options.strict = strict_tools::all; // else arguments may be malformed
    return options;
  }
  options.tool_choice = false;
  options.parallel_tool_calls.reset();
  if (name == "ollama")
    return options;
  options.stream_options = false;
  if (name == "compatible")
    return options;
  return failure{failure_kind::bad_input,
                 "unknown kind of language model server; known are openai, ollama, llama.cpp, vllm "
                 "and compatible"};
}

result<std::unique_ptr<chat_codec>> make_openai_chat(openai_chat_options options) {
  auto extra = check_options({options.service, options.model, options.api_key, options.tokens_max,
                              options.temperature, temperature_max, options.extra});
  if (!extra)
    return extra.error();
  if (options.tokens_max_name.empty())
    return failure{failure_kind::bad_input,
                   options.service + " options: the token limit has no name"};
  return std::unique_ptr<chat_codec>{
      std::make_unique<openai_chat>(std::move(options), std::move(*extra))};
}

} // namespace trunkline
