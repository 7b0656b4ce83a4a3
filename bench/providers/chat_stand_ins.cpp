#include "bench/providers/chat_stand_ins.hpp"

#include "actors/tools/tool_catalog.hpp"
#include "bench/providers/deepgram_stand_in.hpp"
#include "protocol/audio/mulaw.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// Text in pieces of a word or so, as models stream it.
std::vector<std::string> tokens_of(const agent_step& step) {
  std::vector<std::string> tokens;
  for (const auto& piece : step.pieces)
    for (size_t at = 0; at < piece.size();) {
      const auto end = std::min(piece.find(' ', at + 1), piece.size());
      tokens.push_back(piece.substr(at, end - at));
      at = end;
    }
  return tokens;
}

std::string text_in(const json& content) {
  if (content.is_string())
    return content.get<std::string>();
  std::string all;
  if (content.is_array())
    for (const auto& part : content)
      if (part.is_object() && string_member(part, "type") == "text")
        all += string_member(part, "text");
  return all;
}

void note_or_words(std::vector<chat_message>& to, const std::string& text) {
  to.push_back({speaker::caller, text == "[inaudible]" ? "" : text, {}, {}});
}

std::vector<chat_message> openai_messages(const json& request) {
  std::vector<chat_message> all;
  for (const auto& one : request.value("messages", json::array())) {
    const auto role = string_member(one, "role");
    const auto text = text_in(one.value("content", json{}));
    if (role == "user") {
      note_or_words(all, text);
    } else if (role == "assistant") {
      chat_message said{speaker::agent, text, {}, {}};
      for (const auto& call : one.value("tool_calls", json::array()))
        said.tool_calls.push_back({string_member(call, "id"),
                                   string_member(call.value("function", json{}), "name"),
                                   string_member(call.value("function", json{}), "arguments")});
      all.push_back(std::move(said));
    } else if (role == "tool") {
      all.push_back({speaker::tool, text, {}, string_member(one, "tool_call_id")});
    } else if (!all.empty() || text == note_caller_silent) { // the first one is the prompt
      all.push_back({speaker::system, text, {}, {}});
    }
  }
  return all;
}

std::vector<chat_message> anthropic_messages(const json& request) {
  std::vector<chat_message> all;
  for (const auto& one : request.value("messages", json::array())) {
    const bool agent = string_member(one, "role") == "assistant";
    const auto content = one.value("content", json{});
    if (content.is_string()) {
      if (agent)
        all.push_back({speaker::agent, content.get<std::string>(), {}, {}});
      else
        note_or_words(all, content.get<std::string>());
      continue;
    }
    chat_message said{speaker::agent, {}, {}, {}};
    for (const auto& block : content) {
      const auto type = string_member(block, "type");
      if (type == "tool_use")
        said.tool_calls.push_back({string_member(block, "id"), string_member(block, "name"),
                                   to_text(block.value("input", json::object()))});
      else if (type == "tool_result")
        all.push_back({speaker::tool,
                       text_in(block.value("content", json{})),
                       {},
                       string_member(block, "tool_use_id")});
      else if (type == "text" && agent)
        said.text += string_member(block, "text");
      else if (type == "text")
        note_or_words(all, string_member(block, "text"));
    }
    if (agent)
      all.push_back(std::move(said));
  }
  return all;
}

stand_in_answer json_answer(unsigned status, const json& body, milliseconds after = {}) {
  stand_in_answer answer;
  answer.status = status;
  answer.body.push_back({after, to_text(body)});
  return answer;
}

class openai_service : public stand_in_service {
public:
  explicit openai_service(chat_stand_in_settings settings)
      : settings_(std::move(settings)), random_(settings_.seed) {}

  std::string name() const override { return "openai"; }

  stand_in_answer answer(const http_request& request) override {
    if (!settings_.key.empty() && request.header("Authorization") != "Bearer " + settings_.key)
      return refusal(401);
    const auto path = request.path();
    if (path == "/v1/models")
      return json_answer(200, {{"object", "list"}, {"data", json::array()}});
    if (request.method == "POST" && path == "/v1/chat/completions")
      return reply(json::parse(request.body, nullptr, false));
    if (request.method == "POST" && (path == "/v1/audio/transcriptions" || path == "/inference"))
      return json_answer(200, {{"text", settings_.words ? settings_.words->take() : ""}},
                         settings_.transcription.draw(random_));
    if (request.method == "POST" && path == "/v1/audio/speech")
      return speech(json::parse(request.body, nullptr, false));
    return refusal(404);
  }

  stand_in_answer refusal(unsigned status) const override {
    const auto* code = status == 401   ? "invalid_api_key"
                       : status == 403 ? "unsupported_country_region_territory"
                       : status == 404 ? "model_not_found"
                       : status == 429 ? "rate_limit_exceeded"
                       : status == 402 ? "insufficient_quota"
                       : status == 400 ? "context_length_exceeded"
                                       : "server_error";
    return json_answer(status == 402 ? 429 : status,
                       {{"error",
                         {{"message", "stand-in trouble"},
                          {"type", status < 500 ? "invalid_request_error" : "server_error"},
                          {"param", nullptr},
                          {"code", code}}}});
  }

private:
  stand_in_answer reply(const json& request) {
    if (!request.is_object())
      return refusal(400);
    const auto step = settings_.brain(openai_messages(request));
    stand_in_answer answer;
    answer.content_type = "text/event-stream";
    auto after = settings_.first_token.draw(random_);
    const auto event = [&](const json& choice) {
      const json chunk{{"id", "chatcmpl-1"},
                       {"object", "chat.completion.chunk"},
                       {"created", 1},
                       {"model", "stand-in"},
                       {"choices", json::array({choice})}};
      answer.body.push_back(
          {std::exchange(after, settings_.between_tokens), "data: " + to_text(chunk) + "\n\n"});
    };
    for (const auto& token : tokens_of(step))
      event({{"index", 0}, {"delta", {{"content", token}}}, {"finish_reason", nullptr}});
    int index = 0;
    for (const auto& call : step.tool_calls) {
      event({{"index", 0},
             {"delta",
              {{"tool_calls",
                {{{"index", index},
                  {"id", "call_" + std::to_string(++serial_)},
                  {"type", "function"},
                  {"function", {{"name", call.name}, {"arguments", ""}}}}}}}},
             {"finish_reason", nullptr}});
      const auto half = call.arguments.size() / 2;
      for (const auto& part : {call.arguments.substr(0, half), call.arguments.substr(half)})
        event(
            {{"index", 0},
             {"delta", {{"tool_calls", {{{"index", index}, {"function", {{"arguments", part}}}}}}}},
             {"finish_reason", nullptr}});
      ++index;
    }
    event({{"index", 0},
           {"delta", json::object()},
           {"finish_reason", step.tool_calls.empty() ? "stop" : "tool_calls"}});
    answer.body.push_back({milliseconds{0}, "data: [DONE]\n\n"});
    return answer;
  }

  // 24 kHz, 16 bit, little endian: the hum with each sample three times.
  stand_in_answer speech(const json& request) {
    stand_in_answer answer;
    answer.content_type = "audio/pcm";
    std::string pcm;
    for (const auto byte : humming(string_member(request, "input"))) {
      const auto sample = static_cast<uint16_t>(mulaw_decode(byte));
      for (int i = 0; i < 3; ++i)
        pcm += {static_cast<char>(sample & 0xff), static_cast<char>(sample >> 8)};
    }
    auto after = settings_.voice.draw(random_);
    for (size_t at = 0; at < pcm.size(); at += 9601) // odd: a sample is cut now and then
      answer.body.push_back({std::exchange(after, milliseconds{5}), pcm.substr(at, 9601)});
    return answer;
  }

  const chat_stand_in_settings settings_;
  std::mt19937_64 random_;
  unsigned serial_ = 0;
};

class anthropic_service : public stand_in_service {
public:
  explicit anthropic_service(chat_stand_in_settings settings)
      : settings_(std::move(settings)), random_(settings_.seed) {}

  std::string name() const override { return "anthropic"; }

  stand_in_answer answer(const http_request& request) override {
    if (!settings_.key.empty() && request.header("x-api-key") != settings_.key)
      return refusal(401);
    if (request.method != "POST" || request.path() != "/v1/messages")
      return refusal(404);
    if (request.header("anthropic-version").empty())
      return refusal(400);
    const auto body = json::parse(request.body, nullptr, false);
    return body.is_object() && body.contains("max_tokens") ? reply(body) : refusal(400);
  }

  stand_in_answer refusal(unsigned status) const override {
    const auto* type = status == 401   ? "authentication_error"
                       : status == 403 ? "permission_error"
                       : status == 404 ? "not_found_error"
                       : status == 429 ? "rate_limit_error"
                       : status == 402 ? "billing_error"
                       : status == 529 ? "overloaded_error"
                       : status == 400 ? "invalid_request_error"
                                       : "api_error";
    return json_answer(
        status, {{"type", "error"}, {"error", {{"type", type}, {"message", "stand-in trouble"}}}});
  }

private:
  stand_in_answer reply(const json& request) {
    const auto step = settings_.brain(anthropic_messages(request));
    stand_in_answer answer;
    answer.content_type = "text/event-stream";
    auto after = settings_.first_token.draw(random_);
    const auto event = [&](const char* name, json data, milliseconds wait) {
      data["type"] = name;
      answer.body.push_back(
          {wait, std::string{"event: "} + name + "\ndata: " + to_text(data) + "\n\n"});
    };
    event("message_start",
          {{"message",
            {{"id", "msg_1"},
             {"type", "message"},
             {"role", "assistant"},
             {"content", json::array()},
             {"usage", {{"input_tokens", 10}, {"output_tokens", 1}}}}}},
          milliseconds{0});
    event("ping", json::object(), milliseconds{0});
    int index = 0;
    if (!step.pieces.empty()) {
      event("content_block_start",
            {{"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}}, milliseconds{0});
      for (const auto& token : tokens_of(step))
        event("content_block_delta",
              {{"index", 0}, {"delta", {{"type", "text_delta"}, {"text", token}}}},
              std::exchange(after, settings_.between_tokens));
      event("content_block_stop", {{"index", index++}}, milliseconds{0});
    }
    for (const auto& call : step.tool_calls) {
      event("content_block_start",
            {{"index", index},
             {"content_block",
              {{"type", "tool_use"},
               {"id", "toolu_" + std::to_string(++serial_)},
               {"name", call.name},
               {"input", json::object()}}}},
            std::exchange(after, settings_.between_tokens));
      event("content_block_delta",
            {{"index", index},
             {"delta", {{"type", "input_json_delta"}, {"partial_json", call.arguments}}}},
            milliseconds{0});
      event("content_block_stop", {{"index", index++}}, milliseconds{0});
    }
    event("message_delta",
          {{"delta",
            {{"stop_reason", step.tool_calls.empty() ? "end_turn" : "tool_use"},
             {"stop_sequence", nullptr}}},
           {"usage", {{"output_tokens", 20}}}},
          milliseconds{0});
    event("message_stop", json::object(), milliseconds{0});
    return answer;
  }

  const chat_stand_in_settings settings_;
  std::mt19937_64 random_;
  unsigned serial_ = 0;
};

} // namespace

std::vector<chat_message> brain_messages(const std::vector<chat_message>& said) {
  if (said.size() <= brain_messages_max)
    return said;
  const auto from =
      std::find_if(said.end() - static_cast<ptrdiff_t>(brain_messages_max), said.end(),
                   [](const auto& one) { return one.role == speaker::caller; });
  return from == said.end() ? said : std::vector<chat_message>{from, said.end()};
}

chat_brain receptionist_brain(std::shared_ptr<const assistant> who,
                              std::function<timestamp()> clock) {
  auto tools = tool_catalog(*who);
  return [who = std::move(who), clock = std::move(clock),
          tools = std::move(tools)](const std::vector<chat_message>& said) {
    llm_request request;
    request.who = who;
    request.facts = {"stand-in", "+15550100001", "", clock()};
    request.messages = brain_messages(said);
    request.tools = tools;
    return respond(request);
  };
}

chat_brain constant_brain(std::string reply) {
  return [reply = std::move(reply)](const std::vector<chat_message>&) {
    return agent_step{{reply}, {}};
  };
}

std::unique_ptr<stand_in_service> openai_stand_in(chat_stand_in_settings settings) {
  return std::make_unique<openai_service>(std::move(settings));
}

std::unique_ptr<stand_in_service> anthropic_stand_in(chat_stand_in_settings settings) {
  return std::make_unique<anthropic_service>(std::move(settings));
}

} // namespace trunkline
