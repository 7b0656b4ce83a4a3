#include "protocol/anthropic/messages.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace trunkline {
namespace {

using nlohmann::json;

anthropic_messages_options options_of() {
  anthropic_messages_options options;
  options.model = "claude-x";
  return options;
}

json body_of(const anthropic_messages_options& options, std::span<const chat_message> messages = {},
             std::span<const tool_spec> tools = {}, std::string_view system = "Be kind.") {
  const auto codec = make_anthropic_messages(options);
  EXPECT_TRUE(codec);
  return json::parse((*codec)->request(system, messages, tools).body);
}

json messages_of(std::span<const chat_message> messages) {
  return body_of(options_of(), messages)["messages"];
}

const tool_spec tools[] = {
    {"find_slot", "Finds a slot.", R"({"type":"object","properties":{"day":{"type":"string"}}})"},
    {"end_call", "", "no schema"}};

TEST(anthropic_messages_test, asks_for_a_streamed_reply_with_tools) {
  auto options = options_of();
  options.api_key = "k";
  options.temperature = 0.5;
  const auto codec = make_anthropic_messages(options);
  ASSERT_TRUE(codec);
  const chat_message messages[] = {{speaker::caller, "Hello", {}, {}}};
  const auto request = (*codec)->request("Be kind.", messages, tools);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/messages");
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"content-type", "application/json"},
      {"accept", "text/event-stream"},
      {"anthropic-version", "2023-06-01"},
      {"x-api-key", "k"}};
  EXPECT_EQ(request.headers, headers);
  EXPECT_EQ(json::parse(request.body), json::parse(R"({
    "model": "claude-x", "stream": true, "max_tokens": 300, "temperature": 0.5,
    "system": [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
    "tools": [
      {"name": "find_slot", "description": "Finds a slot.",
       "input_schema": {"type": "object", "properties": {"day": {"type": "string"}}}},
      {"name": "end_call", "input_schema": {"type": "object", "properties": {}},
       "cache_control": {"type": "ephemeral"}}],
    "tool_choice": {"type": "auto", "disable_parallel_tool_use": true}})"));
}

TEST(anthropic_messages_test, options_switch_the_cache_marks_and_the_choice_off) {
  auto options = options_of();
  options.prompt_cache = false;
  options.disable_parallel_tool_use = false;
  const auto body = body_of(options, {}, tools);
  EXPECT_EQ(body.dump().find("cache_control"), std::string::npos);
  EXPECT_FALSE(body.contains("tool_choice"));
  EXPECT_FALSE(body.contains("temperature"));
}

TEST(anthropic_messages_test, without_tools_system_and_key_they_are_left_out) {
  const auto codec = make_anthropic_messages(options_of());
  ASSERT_TRUE(codec);
  const auto request = (*codec)->request(" \n", {}, {});
  EXPECT_EQ(request.headers.size(), 3u);
  const auto body = json::parse(request.body);
  for (const auto* absent : {"system", "tools", "tool_choice"})
    EXPECT_FALSE(body.contains(absent)) << absent;
}

TEST(anthropic_messages_test, roles_alternate_and_results_stand_first_in_one_user_message) {
  const chat_message messages[] = {
      {speaker::caller, "Good day.", {}, {}},
      {speaker::caller, "Tomorrow?", {}, {}},
      {speaker::agent, "One moment.", {}, {}},
      {speaker::agent, "", {{"a", "find_slot", R"({"day":1})"}, {"b", "find_staff", "{bad"}}, {}},
      {speaker::system, "The line is bad.", {}, {}},
      {speaker::caller, "Wait", {}, {}},
      {speaker::tool, R"({"free":[]})", {}, "a"},
      {speaker::tool, "orphan", {}, "zzz"},
      {speaker::agent, " \n", {}, {}},
      {speaker::caller, "", {}, {}}};
  EXPECT_EQ(messages_of(messages), json::parse(R"json([
    {"role": "user", "content": [{"type": "text", "text": "Good day."},
                                 {"type": "text", "text": "Tomorrow?"}]},
    {"role": "assistant", "content": [
      {"type": "text", "text": "One moment."},
      {"type": "tool_use", "id": "a", "name": "find_slot", "input": {"day": 1}},
      {"type": "tool_use", "id": "b", "name": "find_staff", "input": {}}]},
    {"role": "user", "content": [
      {"type": "tool_result", "tool_use_id": "a", "content": "{\"free\":[]}"},
      {"type": "tool_result", "tool_use_id": "b", "content": "cancelled by caller",
       "is_error": true},
      {"type": "text", "text": "(Note, not said by the caller: The line is bad.)"
},
      {"type": "text", "text": "Wait"}]
}])json"));
}

TEST(anthropic_messages_test, two_rounds_of_tools_are_two_pairs_of_messages) {
  const chat_message messages[] = {{speaker::caller, "Hi", {}, {}},
                                   {speaker::agent, "", {{"a", "f", ""}}, {}},
                                   {speaker::tool, "", {}, "a"},
                                   {speaker::agent, "", {{"a", "g", "{}"}}, {}},
                                   {speaker::tool, "2", {}, "a"}};
  EXPECT_EQ(messages_of(messages), json::parse(R"json([
    {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
    {"role": "assistant", "content": [
      {"type": "tool_use", "id": "a", "name": "f", "input": {}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a"}]},
    {"role": "assistant", "content": [
      {"type": "tool_use", "id": "a_2", "name": "g", "input": {}}]},
    {"role": "user", "content": [
      {"type": "tool_result", "tool_use_id": "a_2", "content": "2"}]}])json"));
}

TEST(anthropic_messages_test, a_conversation_begins_and_ends_with_a_user_message) {
  const chat_message greeting[] = {{speaker::agent, "Hello.", {}, {}}};
  EXPECT_EQ(messages_of(greeting), json::parse(R"json([
    {"role": "user", "content": [{"type": "text", "text": "(The call is connected.)"
}]
},
    {"role": "assistant", "content": [{"type": "text", "text": "Hello."}]},
    {"role": "user", "content": [{"type": "text", "text": "(Go on.)"}]}])json"));
  EXPECT_EQ(messages_of({}), json::parse(R"json([
    {"role": "user", "content": [{"type": "text", "text": "(The call is connected.)"
}]
}])json"));
}

TEST(anthropic_messages_test, extra_members_are_merged_but_do_not_unmake_the_request) {
  auto options = options_of();
  options.extra = R"({"top_k":5,"stream":false,"messages":[],"max_tokens":9,"system":null})";
  const auto body = body_of(options);
  EXPECT_EQ(body["top_k"], 5);
  EXPECT_EQ(body["stream"], true);
  EXPECT_EQ(body["messages"].size(), 1u);
  EXPECT_EQ(body["max_tokens"], 9);
  EXPECT_FALSE(body.contains("system"));
}

TEST(anthropic_messages_test, text_that_is_no_UTF_8_is_mended) {
  const chat_message messages[] = {{speaker::caller, "caf\xe9", {}, {}}};
  EXPECT_EQ(messages_of(messages)[0]["content"][0]["text"], "caf\ufffd");
}

TEST(anthropic_messages_test, options_that_no_request_can_be_made_of_are_refused) {
  const auto refused = [](auto change) {
    auto options = options_of();
    change(options);
    const auto made = make_anthropic_messages(options);
    return !made && made.error().kind == failure_kind::bad_input && !made.error().retryable;
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_TRUE(refused([](auto& o) { o.model.clear(); }));
  EXPECT_TRUE(refused([](auto& o) { o.tokens_max = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.temperature = 1.1; }));
  EXPECT_TRUE(refused([](auto& o) { o.temperature = std::numeric_limits<double>::infinity(); }));
  EXPECT_TRUE(refused([](auto& o) { o.api_key = "a b"; }));
  EXPECT_TRUE(refused([](auto& o) { o.extra = "7"; }));
}

TEST(anthropic_messages_test, its_errors_name_it) {
  const auto codec = make_anthropic_messages(options_of());
  ASSERT_TRUE(codec);
  const auto what = (*codec)->error_of(
      {.status = 529,
       .body = R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
       .retry_after = "0.4"});
  EXPECT_EQ(what.kind, failure_kind::overloaded);
  EXPECT_TRUE(what.retryable);
  EXPECT_EQ(what.retry_after, std::chrono::milliseconds{400});
  EXPECT_EQ(what.context, "anthropic answered 529: overloaded_error: Overloaded");
}

} // namespace
} // namespace trunkline
