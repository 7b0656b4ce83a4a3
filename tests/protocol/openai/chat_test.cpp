#include "protocol/openai/chat.hpp"

#include "protocol/openai/strict_schema.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace trunkline {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

openai_chat_options options_of(std::string_view profile = "openai") {
  auto options = openai_chat_profile(profile);
  EXPECT_TRUE(options) << profile;
  options->model = "m";
  return *options;
}

json body_of(const openai_chat_options& options, std::span<const chat_message> messages = {},
             std::span<const tool_spec> tools = {}, std::string_view system = "Be kind.") {
  const auto codec = make_openai_chat(options);
  EXPECT_TRUE(codec);
  return json::parse((*codec)->request(system, messages, tools).body);
}

const tool_spec tools[] = {
    {"find_slot", "Finds a slot.",
     R"({"type":"object","properties":{"day":{"type":"string"}},"required":["day"],)"
     R"("additionalProperties":false})"},
    {"end_call", "", "no schema"}};

TEST(openai_chat_test, asks_openai_for_a_streamed_reply_with_tools) {
  auto options = options_of();
  options.api_key = "k";
  options.temperature = 0.5;
  const auto codec = make_openai_chat(options);
  ASSERT_TRUE(codec);
  const chat_message messages[] = {{speaker::caller, "Hello", {}, {}}};
  const auto request = (*codec)->request("Be kind.", messages, tools);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/chat/completions");
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"content-type", "application/json"},
      {"accept", "text/event-stream"},
      {"authorization", "Bearer k"}};
  EXPECT_EQ(request.headers, headers);
  EXPECT_EQ(json::parse(request.body), json::parse(R"({
    "model": "m", "stream": true, "max_completion_tokens": 300, "temperature": 0.5,
    "stream_options": {"include_usage": true, "include_obfuscation": false},
    "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}],
    "tools": [
      {"type": "function", "function": {"name": "find_slot", "description": "Finds a slot.",
        "parameters": {"type": "object", "properties": {"day": {"type": "string"}},
                       "required": ["day"], "additionalProperties": false}}},
      {"type": "function", "function": {"name": "end_call",
        "parameters": {"type": "object", "properties": {}}}}],
    "tool_choice": "auto", "parallel_tool_calls": false})"));
}

TEST(openai_chat_test, each_kind_of_server_is_asked_only_what_it_knows) {
  const std::pair<const char*, const char*> examples[] = {
      {"openai", R"({"max_completion_tokens":300,"tool_choice":"auto","parallel_tool_calls":false,
        "stream_options":{"include_usage":true,"include_obfuscation":false}})"},
      {"ollama", R"({"max_tokens":300,"stream_options":{"include_usage":true}})"},
      {"llama.cpp", R"({"max_tokens":300,"tool_choice":"auto","parallel_tool_calls":false,
        "stream_options":{"include_usage":true}})"},
      {"vllm", R"({"max_tokens":300,"tool_choice":"auto","parallel_tool_calls":false,
        "stream_options":{"include_usage":true}})"},
      {"compatible", R"({"max_tokens":300})"}};
  for (const auto& [profile, expected] : examples) {
    auto body = body_of(options_of(profile), {}, tools);
    const bool strict = body["tools"][0]["function"].value("strict", false);
    EXPECT_EQ(strict, std::string_view{profile} == "vllm") << profile;
    for (const auto* same : {"model", "stream", "messages", "tools"})
      EXPECT_EQ(body.erase(same), 1u) << profile;
    EXPECT_EQ(body, json::parse(expected)) << profile;
  }
  EXPECT_FALSE(openai_chat_profile("chatty"));
  EXPECT_FALSE(openai_chat_profile(""));
}

TEST(openai_chat_test,
     without_tools_nothing_is_said_about_them_and_without_a_key_no_header_is_sent) {
  const auto codec = make_openai_chat(options_of());
  ASSERT_TRUE(codec);
  const auto request = (*codec)->request("", {}, {});
  const auto body = json::parse(request.body);
  for (const auto* absent : {"tools", "tool_choice", "parallel_tool_calls", "temperature"})
    EXPECT_FALSE(body.contains(absent)) << absent;
  EXPECT_EQ(body["messages"], json::array());
  EXPECT_EQ(request.headers.size(), 2u);
}

TEST(openai_chat_test, calls_are_answered_at_once_and_notes_to_the_model_stay_where_they_are) {
  const chat_message messages[] = {
      {speaker::agent, "Hello.", {}, {}},
      {speaker::caller, "Tomorrow?", {}, {}},
      {speaker::agent, "One moment.", {}, {}},
      {speaker::agent, "", {{"a", "find_slot", R"({"day":1})"}, {"b", "find_staff", "{bad"}}, {}},
      {speaker::caller, "Wait", {}, {}},
      {speaker::tool, R"({"free":[]})", {}, "a"},
      {speaker::tool, "orphan", {}, "zzz"},
      {speaker::tool, "again", {}, "a"},
      {speaker::system, "The caller is silent.", {}, {}},
      {speaker::agent, " \n", {}, {}},
      {speaker::caller, "", {}, {}}};
  EXPECT_EQ(body_of(options_of(), messages)["messages"], json::parse(R"([
    {"role": "system", "content": "Be kind."},
    {"role": "assistant", "content": "Hello."},
    {"role": "user", "content": "Tomorrow?"},
    {"role": "assistant", "content": "One moment.", "tool_calls": [
      {"id": "a", "type": "function",
       "function": {"name": "find_slot", "arguments": "{\"day\":1}"}},
      {"id": "b", "type": "function", "function": {"name": "find_staff", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "a", "content": "{\"free\":[]}"},
    {"role": "tool", "tool_call_id": "b", "content": "cancelled"},
    {"role": "user", "content": "Wait"},
    {"role": "system", "content": "The caller is silent."}])"));
}

TEST(openai_chat_test, calls_without_text_have_null_content) {
  const chat_message messages[] = {{speaker::agent, "", {{"a", "f", "{}"}}, {}}};
  EXPECT_EQ(body_of(options_of(), messages, {}, "")["messages"][0]["content"], json(nullptr));
}

TEST(openai_chat_test, extra_members_are_merged_but_do_not_unmake_the_request) {
  auto options = options_of();
  options.extra = R"({"reasoning_effort":"none","stream":false,"messages":null,"model":"other",
    "stream_options":{"include_obfuscation":null},"max_completion_tokens":null,"max_tokens":9})";
  const auto body = body_of(options);
  EXPECT_EQ(body["reasoning_effort"], "none");
  EXPECT_EQ(body["model"], "other");
  EXPECT_EQ(body["stream"], true);
  EXPECT_EQ(body["messages"].size(), 1u);
  EXPECT_EQ(body["stream_options"], json::parse(R"({"include_usage":true})"));
  EXPECT_FALSE(body.contains("max_completion_tokens"));
  EXPECT_EQ(body["max_tokens"], 9);
}

TEST(openai_chat_test, text_that_is_no_UTF_8_is_mended) {
  const chat_message messages[] = {{speaker::caller, "caf\xe9", {}, {}}};
  EXPECT_EQ(body_of(options_of(), messages, {}, "\xff")["messages"], json::parse(R"([
    {"role": "system", "content": "\ufffd"}, {"role": "user", "content": "caf\ufffd"}])"));
}

TEST(openai_chat_test, options_that_no_request_can_be_made_of_are_refused) {
  const auto refused = [](auto change) {
    auto options = options_of();
    options.api_key = "secret-key";
    change(options);
    const auto made = make_openai_chat(options);
    EXPECT_TRUE(made || made.error().context.find("secret") == std::string::npos);
    return !made && made.error().kind == failure_kind::bad_input && !made.error().retryable;
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_TRUE(refused([](auto& o) { o.model.clear(); }));
  EXPECT_TRUE(refused([](auto& o) { o.tokens_max = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.tokens_max_name.clear(); }));
  EXPECT_TRUE(refused([](auto& o) { o.temperature = -0.1; }));
  EXPECT_TRUE(refused([](auto& o) { o.temperature = 2.1; }));
  EXPECT_TRUE(refused([](auto& o) { o.temperature = std::numeric_limits<double>::quiet_NaN(); }));
  EXPECT_TRUE(refused([](auto& o) { o.api_key = "secret\r\nx-evil: 1"; }));
  EXPECT_TRUE(refused([](auto& o) { o.extra = "[1]"; }));
  EXPECT_TRUE(refused([](auto& o) { o.extra = "{"; }));
}

TEST(openai_chat_test, another_list_of_tools_is_another_request) {
  const auto codec = make_openai_chat(options_of());
  ASSERT_TRUE(codec);
  const auto names = [&](std::span<const tool_spec> given) {
    std::vector<std::string> all;
    const auto body = json::parse((*codec)->request("", {}, given).body);
    for (const auto& one : body.value("tools", json::array()))
      all.push_back(one["function"]["name"]);
    return all;
  };
  const std::span<const tool_spec> both = tools;
  EXPECT_EQ(names(both), (std::vector<std::string>{"find_slot", "end_call"}));
  EXPECT_EQ(names(both.first(1)), std::vector<std::string>{"find_slot"});
  EXPECT_EQ(names(both.last(1)), std::vector<std::string>{"end_call"});
  EXPECT_EQ(names({}), std::vector<std::string>{});
  EXPECT_EQ(names(both), (std::vector<std::string>{"find_slot", "end_call"}));
}

TEST(openai_chat_test, the_extra_body_goes_over_the_tools) {
  auto options = options_of();
  options.extra = R"({"tools":null})";
  EXPECT_FALSE(body_of(options, {}, tools).contains("tools"));
  options.extra = R"({"tools":[1]})";
  EXPECT_EQ(body_of(options, {}, tools)["tools"], json::array({1}));
}

TEST(openai_chat_test, only_schemas_that_fit_are_strict_when_asked_for) {
  auto options = options_of();
  options.strict = strict_tools::fitting;
  const auto body = body_of(options, {}, tools);
  EXPECT_TRUE(body["tools"][0]["function"].value("strict", false));
  EXPECT_FALSE(body["tools"][1]["function"].contains("strict"));
}

TEST(openai_chat_test, strict_schemas_are_closed_complete_and_of_known_words) {
  const std::pair<const char*, bool> examples[] = {
      {R"({"type":"object","properties":{},"additionalProperties":false})", true},
      {R"({"type":"object","properties":{}})", false},
      {R"({"type":"object","additionalProperties":false})", false},
      {R"({"type":"object","properties":{"a":{"type":"string"}},"required":[],
           "additionalProperties":false})",
       false},
      {R"({"type":"object","properties":{"a":{"type":"string","maxLength":5}},"required":["a"],
           "additionalProperties":false})",
       false},
      {R"({"type":"object","properties":{"a":{"type":"object","properties":{}}},"required":["a"],
           "additionalProperties":false})",
       false},
      {R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}},
           "required":["a"],"additionalProperties":false})",
       true},
      {R"({"type":"object","properties":{"a":{"type":"array","items":5}},"required":["a"],
           "additionalProperties":false})",
       false},
      {R"({"anyOf":[{"type":"string"},{"type":"null"}]})", true},
      {R"({"anyOf":{"type":"string"}})", false},
      {R"({"type":"object","properties":[],"additionalProperties":false})", false},
      {R"([])", false},
      {R"(true)", false}};
  for (const auto& [schema, fits] : examples)
    EXPECT_EQ(fits_strict(json::parse(schema)), fits) << schema;
}

} // namespace
} // namespace trunkline
