#include "protocol/anthropic/reply_reader.hpp"

#include "protocol/chat/reply_stream.hpp"
#include "tests/support/replies.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::golden_reply;
using lines = std::vector<std::string>;

std::unique_ptr<reply_reader> make() {
  return make_anthropic_reader("anthropic");
}

const golden_reply golden[] = {
    {"text_then_tool_call.sse",
     {R"(say "Let me look.")", R"(call toolu_1 find_slot {"day": "2026-11-24"})",
      "done 310+48, 0 cached"}},
    {"text_with_pings.sse", {R"(say "Good ")", R"(say "morning.")", "done 310+48, 0 cached"}},
    {"cached_prompt.sse", {R"(say "Yes.")", "done 250+48, 200 cached"}},
    {"usage_counts_are_cumulative.sse", {R"(say "Yes.")", "done 7+25, 0 cached"}},
    {"tool_call_without_input.sse",
     {"call toolu_1 end_call {}", "call toolu_2 end_call {}", "done 310+48, 0 cached"}},
    {"tool_call_with_input_in_its_start.sse",
     {R"(call toolu_1 find_slot {"day":1})", R"(call toolu_2 find_slot {"day":3})",
      "done 310+48, 0 cached"}},
    {"text_after_tool_call.sse",
     {R"(call toolu_1 one {"a":1})", R"(say "And now")", R"(say " this.")",
      R"(call toolu_2 two {"b":2})", "done 310+48, 0 cached"}},
    {"thinking_and_other_blocks.sse", {R"(say "Sure.")", "done 310+48, 0 cached"}},
    {"text_in_block_start.sse", {R"(say "Hello")", R"(say " there.")", "done 310+48, 0 cached"}},
    {"message_start_twice.sse", {R"(say "Hello.")", "done 310+48, 0 cached"}},
    {"message_start_in_the_middle.sse",
     {R"(say "Hello.")", R"(call toolu_1 one {"a":1})", "done 310+48, 0 cached"}},
    {"blanks_and_returns.sse",
     {"say \"Gr\u00fc\u00df Gott \u2013 \U0001f600\"", "done 0+2, 0 cached"}},
    {"length_inside_text.sse", {R"(say "First. Then we")", "done cut 310+48, 0 cached"}},
    {"length_inside_tool_call.sse",
     {R"(say "One moment.")", R"(call toolu_1 one {"a":1})", "done cut 310+48, 0 cached"}},
    {"length_inside_tool_call_that_is_ended.sse", {"done cut 310+48, 0 cached"}},
    {"context_window_is_full.sse", {R"(say "First. Then")", "done cut 310+48, 0 cached"}},
    {"broken_input_of_a_whole_call.sse",
     {R"(call toolu_1 one {"a":)", R"(call toolu_2 two {"b":2})", "done 310+48, 0 cached"}},
    {"tool_call_is_not_ended.sse", {R"(call toolu_1 one {"a":1})", "done 310+48, 0 cached"}},
    {"ids_twice_and_missing.sse",
     {"call toolu_2 one {}", "call toolu_3 two {}", "call toolu_4 three {}",
      "done 310+48, 0 cached"}},
    {"refusal.sse", {R"(say "Well, ")", "failure refused"}},
    {"overloaded_in_the_stream.sse", {R"(say "Well, ")", "failure overloaded retryable"}},
    {"error_without_event_name.sse", {"failure rate_limited retryable"}},
    {"error_pretty_printed.sse", {"failure unauthorized"}},
    {"body_ends_in_text.sse", {R"(say "One mo")", "failure unreachable retryable"}},
    {"body_ends_in_tool_call.sse", {"failure unreachable retryable"}},
    {"body_ends_after_tool_call.sse",
     {R"(call toolu_1 one {"a":1})", "failure unreachable retryable"}},
    {"body_ends_before_message_stop.sse", {R"(say "Hello.")", "failure unreachable retryable"}},
    {"no_empty_line_at_the_end.sse", {R"(say "Hello.")", "done 310+48, 0 cached"}},
    {"types_only_in_event_names.sse", {R"(say "Hi.")", "done 1+0, 0 cached"}},
    {"events_after_the_end.sse", {R"(say "Hello.")", "done 310+48, 0 cached"}},
};

TEST(anthropic_reply_reader_test, reads_golden_streams_however_they_are_cut) {
  testing::expect_golden_replies("anthropic", golden, make);
}

TEST(anthropic_reply_reader_test, a_stream_that_ends_early_says_only_what_was_whole) {
  testing::expect_truncated_replies_fail("anthropic", golden, make);
}

lines read(std::string_view body) {
  return testing::read_reply(*make(), {&body, 1});
}

const std::string hello = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                          "{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
                          "data: {\"type\":\"message_stop\"}\n\n";

TEST(anthropic_reply_reader_test, a_call_is_given_when_its_block_ends) {
  const auto reader = make();
  EXPECT_TRUE(reader
                  ->feed("data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                         "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}}\n\n")
                  .empty());
  EXPECT_EQ(reader->feed("data: {\"type\":\"content_block_stop\",\"index\":0}\n\n").size(), 1u);
  EXPECT_TRUE(reader->feed("event: ping\ndata: {\"type\":\"ping\"}\n\n").empty());
}

TEST(anthropic_reply_reader_test, wrong_kinds_and_unknown_events_are_passed_over) {
  const std::string odd[] = {
      "null",
      "7",
      "[]",
      "{}",
      R"({"type":5})",
      R"({"type":"message_start"})",
      R"({"type":"message_start","message":{"usage":{"input_tokens":"9","output_tokens":-2}}})",
      R"({"type":"content_block_start","index":"x","content_block":null})",
      R"({"type":"content_block_start","content_block":{"type":"text","text":null}})",
      R"({"type":"content_block_delta","index":0})",
      R"({"type":"content_block_delta","delta":{"type":"text_delta","text":["a"]}})",
      R"({"type":"content_block_delta","delta":{"type":"text_delta","text":""}})",
      R"({"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta",)"
      R"("partial_json":"{}"}})",
      R"({"type":"content_block_stop","index":99})",
      R"({"type":"message_delta","delta":{"stop_reason":null},"usage":null})",
      R"({"type":"message_delta","delta":{"stop_reason":"pause_turn"}})",
      R"({"type":"ping","error":null})",
  };
  for (const auto& event : odd)
    EXPECT_EQ(read("data: " + event + "\n\n" + hello), (lines{R"(say "Hi")", "done 0+0, 0 cached"}))
        << event;
}

TEST(anthropic_reply_reader_test, odd_members_of_a_call_do_no_harm) {
  const std::string begin =
      "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":";
  const std::string end = "\n\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
                          "data: {\"type\":\"message_stop\"}\n\n";
  const std::pair<const char*, const char*> examples[] = {
      {R"({"type":"tool_use","id":null,"name":null,"input":null})", "call toolu_1  {}"},
      {R"({"type":"tool_use","id":5,"name":"f","input":"text"})", "call toolu_1 f {}"},
      {R"({"type":"tool_use","id":"a","name":"f","input":[1]})", "call a f {}"},
  };
  for (const auto& [block, call] : examples)
    EXPECT_EQ(read(begin + block + "}" + end), (lines{call, "done 0+0, 0 cached"})) << block;
}

TEST(anthropic_reply_reader_test, what_is_no_JSON_fails_the_reply) {
  EXPECT_EQ(read("data: {\"type\n\n" + hello), lines{"failure unavailable retryable"});
  EXPECT_EQ(read("data: [DONE]\n\n" + hello), lines{"failure unavailable retryable"});
  EXPECT_EQ(read("<html>busy</html>"), lines{"failure unreachable retryable"});
  EXPECT_EQ(read(""), lines{"failure unreachable retryable"});
}

TEST(anthropic_reply_reader_test, counts_that_overflow_are_held_within_an_int) {
  EXPECT_EQ(read(R"(data: {"type":"message_start","message":{"usage":{"input_tokens":1e99,)"
                 R"("cache_read_input_tokens":2147483647,"cache_creation_input_tokens":5}}})"
                 "\n\n" +
                 hello),
            (lines{R"(say "Hi")", "done 2147483647+0, 2147483647 cached"}));
}

TEST(anthropic_reply_reader_test, endless_replies_are_given_up) {
  const auto feed_until_failure = [](const std::string& piece) {
    const auto reader = make();
    reader->feed("data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                 "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}}\n\n");
    for (size_t fed = 0; fed < 8 * reply_bytes_max; fed += piece.size())
      for (const auto& event : reader->feed(piece))
        if (const auto* what = std::get_if<failure>(&event))
          return what->kind == failure_kind::unavailable;
    return false;
  };
  const auto delta = [](const std::string& type, const std::string& member) {
    return "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"" + type +
           "\",\"" + member + "\":\"" + std::string(5000, 'x') + "\"}}\n\n";
  };
  EXPECT_TRUE(feed_until_failure(delta("text_delta", "text")));
  EXPECT_TRUE(feed_until_failure(delta("input_json_delta", "partial_json")));
  EXPECT_TRUE(feed_until_failure("data: " + std::string(5000, 'x')));
  std::string calls;
  for (size_t i = 0; i <= reply_tool_calls_max; ++i)
    for (const auto* type : {"start", "stop"})
      calls += std::string{"data: {\"type\":\"content_block_"} + type +
               "\",\"index\":" + std::to_string(i) +
               ",\"content_block\":{\"type\":\"tool_use\"}}\n\n";
  const auto events = read(calls + hello);
  EXPECT_EQ(events.size(), reply_tool_calls_max + 1);
  EXPECT_EQ(events.back(), "failure unavailable retryable");
}

} // namespace
} // namespace trunkline
