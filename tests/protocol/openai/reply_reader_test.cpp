#include "protocol/openai/reply_reader.hpp"

#include "protocol/chat/reply_stream.hpp"
#include "tests/support/replies.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::golden_reply;
using lines = std::vector<std::string>;

std::unique_ptr<reply_reader> make() {
  return make_openai_reader("openai");
}

const golden_reply golden[] = {
    {"text_then_tool_call.sse",
     {R"(say "One moment.")", R"(call call_A find_slot {"day":"2026-11-24"})",
      "done 212+31, 128 cached"}},
    {"text_with_null_members.sse",
     {R"(say "Good ")", R"(say "morning.")", "done 212+31, 128 cached"}},
    {"tool_call_beside_role_with_index_one.sse",
     {R"(call call_B take_message {"text":"Call back"})", "done 0+0, 0 cached"}},
    {"two_calls.sse",
     {R"(call call_A find_slot {"day":1})", R"(call call_B find_staff {"name":"Li"})",
      "done 0+0, 0 cached"}},
    {"two_calls_interleaved.sse",
     {R"(call call_A one {"a":1})", R"(call call_B two {"b":2})", "done 0+0, 0 cached"}},
    {"two_calls_with_the_same_index.sse",
     {R"(call call_A one {"a":1})", R"(call call_B two {"b":2})", "done 0+0, 0 cached"}},
    {"calls_without_index.sse",
     {R"(call call_x1 one {"a":1})", "call call_x2 two {}", "done 0+0, 0 cached"}},
    {"calls_without_index_and_id.sse",
     {R"(call call_1 one {"a":1})", R"(call call_2 two {"b":2})", "done 0+0, 0 cached"}},
    {"ids_twice_and_missing.sse",
     {"call call_1 one {}", "call call_3 two {}", "call call_4 three {}", "call call_2 four {}",
      "done 0+0, 0 cached"}},
    {"empty_id_and_name_in_later_fragments.sse",
     {R"(call call_A find_slot {"day":"monday"})", "done 0+0, 0 cached"}},
    {"id_and_name_repeated.sse", {R"(call call_A find_slot {"day":1})", "done 0+0, 0 cached"}},
    {"no_arguments.sse", {"call call_A end_call {}", "done 0+0, 0 cached"}},
    {"arguments_as_object.sse", {R"(call call_A find_slot {"day":1})", "done 0+0, 0 cached"}},
    {"choices_empty_first.sse", {R"(say "Hello.")", "done 0+0, 0 cached"}},
    {"stop_although_called.sse",
     {R"(say "Let me see.")", R"(call call_A find_slot {"day":1})", "done 0+0, 0 cached"}},
    {"no_finish_reason.sse", {R"(say "Hello.")", "call call_A find_slot {}", "done 0+0, 0 cached"}},
    {"no_end_mark.sse", {R"(say "Hello.")", "done 212+31, 128 cached"}},
    {"end_mark_without_empty_line.sse", {R"(say "Hello.")", "done 0+0, 0 cached"}},
    {"length_inside_tool_call.sse",
     {R"(say "One moment.")", R"(call call_A one {"a":1})", "done cut 212+31, 128 cached"}},
    {"length_after_whole_looking_call.sse", {"done cut 0+0, 0 cached"}},
    {"length_inside_text.sse", {R"(say "First. Then we")", "done cut 0+0, 0 cached"}},
    {"refusal.sse", {R"(say "Well, ")", "failure refused"}},
    {"content_filter.sse", {R"(say "Well, ")", "failure refused"}},
    {"error_object.sse", {R"(say "Well, ")", "failure unavailable retryable"}},
    {"error_named_event.sse", {R"(say "Well, ")", "failure rate_limited retryable"}},
    {"error_flat.sse", {"failure too_large"}},
    {"error_as_finish_reason.sse", {R"(say "Well, ")", "failure rate_limited retryable"}},
    {"error_pretty_printed.sse", {"failure quota"}},
    {"error_pretty_printed_after_text.sse", {R"(say "Well, ")", "failure overloaded retryable"}},
    {"reasoning_fields.sse", {R"(say "Sure.")", "done 0+0, 0 cached"}},
    {"body_ends_in_text.sse", {R"(say "One mo")", "failure unreachable retryable"}},
    {"body_ends_in_tool_call.sse", {"failure unreachable retryable"}},
    {"body_ends_in_event.sse", {R"(say "One mo")", "failure unreachable retryable"}},
    {"comments_and_returns.sse",
     {"say \"Gr\u00fc\u00df Gott, \"", "say \"100 \u20ac \u2013 \U0001f600\"",
      "done 0+0, 0 cached"}},
    {"usage_in_every_chunk.sse", {R"(say "Hi")", R"(say " there.")", "done 5+3, 0 cached"}},
    {"whole_message_not_streamed.sse",
     {R"(say "Hello.")", "call call_A one {}", "done 9+4, 0 cached"}},
    {"events_after_the_end.sse", {R"(say "Hello.")", "done 0+0, 0 cached"}},
    {"second_choice.sse", {R"(say "Yes.")", R"(say " Please.")", "done 0+0, 0 cached"}},
};

TEST(openai_reply_reader_test, reads_golden_streams_however_they_are_cut) {
  testing::expect_golden_replies("openai", golden, make);
}

TEST(openai_reply_reader_test, a_stream_that_ends_early_says_only_what_was_whole) {
  testing::expect_truncated_replies_fail("openai", golden, make);
}

lines read(std::string_view body) {
  return testing::read_reply(*make(), {&body, 1});
}

std::string delta(const std::string& members, const std::string& reason = "null") {
  return "data: {\"choices\":[{\"index\":0,\"delta\":{" + members +
         "},\"finish_reason\":" + reason + "}]}\n\n";
}

TEST(openai_reply_reader_test, events_come_as_soon_as_they_are_known) {
  const auto reader = make();
  EXPECT_EQ(reader->feed(delta(R"("content":"Hel)").substr(0, 30)).size(), 0u);
  const auto fresh = make();
  EXPECT_EQ(fresh->feed(delta(R"("content":"Hello.")")).size(), 1u);
  EXPECT_EQ(
      fresh->feed(delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}])")).size(),
      0u); // whether it is whole is not known yet
  EXPECT_EQ(fresh->feed(delta("", "\"tool_calls\"")).size(), 1u); // it does not wait for the counts
  EXPECT_EQ(fresh->feed("data: [DONE]\n\n").size(), 1u);
}

TEST(openai_reply_reader_test, wrong_kinds_and_unknown_members_are_passed_over) {
  const std::string odd[] = {
      "data: null\n\n",
      "data: 5\n\n",
      "data: \"text\"\n\n",
      "data: []\n\n",
      "data: {}\n\n",
      "data:\n\n",
      "data:   \n\n",
      "event: ping\n\n",
      "data: {\"choices\":null}\n\n",
      "data: {\"choices\":{}}\n\n",
      "data: {\"choices\":[null,5,[],{}]}\n\n",
      "data: {\"choices\":[{\"index\":\"0\",\"delta\":null}],\"usage\":7}\n\n",
      "data: {\"choices\":[],\"error\":null,\"usage\":{\"prompt_tokens\":\"9\"}}\n\n",
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":-4,\"completion_tokens\":null}}\n\n",
      delta(R"("content":7)"),
      delta(R"("content":["a"])"),
      delta(R"("content":{"text":"a"})"),
      delta(R"("role":5,"refusal":null)"),
      delta(R"("refusal":"")"),
      delta(R"("tool_calls":{})"),
      delta(R"("tool_calls":[null,"x",[]])"),
      delta("", "5"),
      delta("", "\"\""),
  };
  for (const auto& piece : odd)
    EXPECT_EQ(read(piece + delta(R"("content":"Hi")") + "data: [DONE]\n\n"),
              (lines{R"(say "Hi")", "done 0+0, 0 cached"}))
        << piece;
}

TEST(openai_reply_reader_test, fragments_of_wrong_kinds_do_no_harm) {
  const std::string fragments[] = {R"({"index":0,"id":5,"function":null})",
                                   R"({"index":0,"function":{"name":null,"arguments":null}})",
                                   R"({"index":0,"function":{"arguments":[1]}})", R"({"index":0})"};
  for (const auto& fragment : fragments)
    EXPECT_EQ(read(delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}])") +
                   delta("\"tool_calls\":[" + fragment + "]") + "data: [DONE]\n\n"),
              (lines{"call a f {}", "done 0+0, 0 cached"}))
        << fragment;
}

TEST(openai_reply_reader_test, what_is_no_JSON_fails_the_reply_but_a_broken_character_does_not) {
  EXPECT_EQ(read("data: {\"choices\"\n\ndata: [DONE]\n\n"), lines{"failure unavailable retryable"});
  EXPECT_EQ(read("data: " + std::string(100, '[') + "\n\n"),
            lines{"failure unavailable retryable"});
  EXPECT_EQ(read(delta("\"content\":\"caf\xc3\"") + "data: [DONE]\n\n"),
            (lines{"say \"caf\ufffd\"", "done 0+0, 0 cached"}));
  EXPECT_EQ(read("<html>busy</html>"), lines{"failure unreachable retryable"});
  EXPECT_EQ(read(""), lines{"failure unreachable retryable"});
}

TEST(openai_reply_reader_test, counts_are_held_within_an_int) {
  EXPECT_EQ(read(R"(data: {"usage":{"prompt_tokens":99999999999999999999,)"
                 R"("completion_tokens":2147483648}})"
                 "\n\ndata: [DONE]\n\n"),
            lines{"done 2147483647+2147483647, 0 cached"});
}

TEST(openai_reply_reader_test, endless_replies_are_given_up) {
  const auto feed_until_failure = [](const std::string& piece) {
    const auto reader = make();
    for (size_t fed = 0; fed < 8 * reply_bytes_max; fed += piece.size())
      for (const auto& event : reader->feed(piece))
        if (const auto* what = std::get_if<failure>(&event))
          return what->kind == failure_kind::unavailable;
    return false;
  };
  const std::string text(5000, 'x');
  EXPECT_TRUE(feed_until_failure(delta("\"content\":\"" + text + "\"")));
  EXPECT_TRUE(feed_until_failure(
      delta(R"("tool_calls":[{"index":0,"function":{"arguments":")" + text + R"("}}])")));
  EXPECT_TRUE(feed_until_failure("data: " + text));
  EXPECT_TRUE(feed_until_failure(text + "\n"));
  std::string calls;
  for (size_t i = 0; i <= reply_tool_calls_max; ++i)
    calls += delta("\"tool_calls\":[{\"index\":" + std::to_string(i) + "}]");
  EXPECT_EQ(read(calls + "data: [DONE]\n\n"), lines{"failure unavailable retryable"});
}

TEST(openai_reply_reader_test, after_a_call_with_an_id_a_name_without_one_begins_no_other) {
  EXPECT_EQ(read(delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f",)"
                       R"("arguments":"{}"}}])") +
                 delta(R"("tool_calls":[{"index":0,"function":{"name":"f","arguments":" "}}])") +
                 "data: [DONE]\n\n"),
            (lines{"call a f {} ", "done 0+0, 0 cached"}));
}

TEST(openai_reply_reader_test, without_ids_a_name_after_whole_arguments_begins_another_call) {
  const auto fragment = [](const std::string& arguments) {
    return delta(R"("tool_calls":[{"index":0,"function":{"name":"f","arguments":")" + arguments +
                 R"("}}])");
  };
  const std::string end = "data: [DONE]\n\n";
  EXPECT_EQ(read(fragment("{") + fragment("}") + fragment("{}") + end),
            (lines{"call call_1 f {}", "call call_2 f {}", "done 0+0, 0 cached"}));
  EXPECT_EQ(read(fragment("{}") + fragment("") + end),
            (lines{"call call_1 f {}", "done 0+0, 0 cached"})); // the name again, but no call
  // Arguments that long come in fragments; looking at them again with each would take for ever.
  const std::string text(17'000, 'x');
  EXPECT_EQ(read(fragment(R"({\"a\":\")" + text + R"(\"})") + fragment(" ") + end),
            (lines{"call call_1 f {\"a\":\"" + text + "\"} ", "done 0+0, 0 cached"}));
}

TEST(openai_reader, leaves_out_what_a_local_model_thinks_aloud) {
  const std::string body =
      R"(data: {"choices":[{"index":0,"delta":{"content":"<think>Which day"}}]})"
      "\n\n"
      R"(data: {"choices":[{"index":0,"delta":{"content":"?</think>\nTuesday <"}}]})"
      "\n\n"
      R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
      "\n\ndata: [DONE]\n\n";
  const auto said_by = [&](bool without_thoughts) {
    const auto reader = make_openai_reader("ollama", without_thoughts);
    std::string said;
    for (const auto& event : reader->feed(body))
      if (const auto* delta = std::get_if<reply_delta>(&event))
        said += delta->text;
    return said;
  };
  EXPECT_EQ(said_by(true), "Tuesday <");
  EXPECT_EQ(said_by(false), "<think>Which day?</think>\nTuesday <");
}

} // namespace
} // namespace trunkline
