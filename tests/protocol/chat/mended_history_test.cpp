#include "protocol/chat/mended_history.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using lines = std::vector<std::string>;

chat_message said(speaker role, std::string text) {
  return {role, std::move(text), {}, {}};
}
chat_message called(std::vector<tool_call> calls, std::string text = {}) {
  return {speaker::agent, std::move(text), std::move(calls), {}};
}
chat_message answered(std::string id, std::string text) {
  return {speaker::tool, std::move(text), {}, std::move(id)};
}

// "agent: text | id name arguments -> result", one line an entry.
lines mended(const std::vector<chat_message>& messages) {
  static const char* const roles[] = {"system", "caller", "agent", "tool"};
  lines shown;
  for (const auto& entry : mended_history(messages)) {
    auto line = roles[static_cast<int>(entry.role)] + (": " + entry.text);
    for (const auto& call : entry.calls)
      line += " | " + call.id + " " + call.name + " " + call.arguments + " -> " +
              call.result.value_or("(none)");
    shown.push_back(std::move(line));
  }
  return shown;
}

TEST(mended_history_test, leaves_an_orderly_history_alone) {
  EXPECT_EQ(
      mended({said(speaker::agent, "Hello."), said(speaker::caller, "Tomorrow"),
              called({{"a", "f", R"({"d": 1})"}}, "One moment."), answered("a", "[]"),
              said(speaker::agent, "Nothing free."), said(speaker::system, "Note")}),
      (lines{"agent: Hello.", "caller: Tomorrow", R"(agent: One moment. | a f {"d": 1} -> [])",
             "agent: Nothing free.", "system: Note"}));
  EXPECT_EQ(mended({}), lines{});
}

TEST(mended_history_test, texts_that_are_empty_or_blank_go) {
  EXPECT_EQ(mended({said(speaker::caller, ""), said(speaker::agent, " \n\t"),
                    said(speaker::system, ""), called({}), said(speaker::caller, "a")}),
            lines{"caller: a"});
}

TEST(mended_history_test, what_the_agent_said_before_a_call_stands_with_it) {
  EXPECT_EQ(mended({said(speaker::agent, "Well."), said(speaker::agent, ""),
                    said(speaker::agent, "One moment."), called({{"a", "f", "{}"}}, "Now."),
                    answered("a", "1"), said(speaker::agent, "Done.")}),
            (lines{"agent: Well. One moment. Now. | a f {} -> 1", "agent: Done."}));
}

TEST(mended_history_test, every_call_has_one_answer_wherever_it_stood_and_orphans_go) {
  EXPECT_EQ(mended({answered("a", "before its call"), called({{"a", "f", "{}"}, {"b", "g", "{}"}}),
                    said(speaker::caller, "Wait"), answered("b", "2"), answered("a", "1"),
                    answered("a", "again"), answered("z", "orphan"), answered("", "orphan")}),
            (lines{"agent:  | a f {} -> 1 | b g {} -> 2", "caller: Wait"}));
  EXPECT_EQ(mended({called({{"a", "f", "{}"}}), said(speaker::caller, "Stop")}),
            (lines{"agent:  | a f {} -> (none)", "caller: Stop"}));
}

TEST(mended_history_test, ids_that_come_again_keep_their_own_answers_and_become_unique) {
  EXPECT_EQ(
      mended({called({{"call_1", "f", "{}"}}), answered("call_1", "first"),
              called({{"call_1", "g", "{}"}, {"call_1", "h", "{}"}}), answered("call_1", "second"),
              answered("call_1", "third"), called({{"", "i", "{}"}}), answered("", "fourth")}),
      (lines{"agent:  | call_1 f {} -> first",
             "agent:  | call_1_2 g {} -> second | call_1_3 h {} -> third",
             "agent:  | call i {} -> fourth"}));
}

TEST(mended_history_test, ids_and_names_keep_to_what_every_service_takes) {
  const auto long_word = std::string(100, 'x');
  const auto cut = std::string(64, 'x');
  EXPECT_EQ(mended({called({{"functions.f:0", "find slot!", "{}"},
                            {"\xff", "", "{}"},
                            {long_word, long_word, "{}"},
                            {long_word, "g", "{}"}})}),
            lines{"agent:  | functions_f_0 find_slot_ {} -> (none) | _ unknown {} -> (none) | " +
                  cut + " " + cut + " {} -> (none) | " + cut.substr(2) + "_2 g {} -> (none)"});
}

TEST(mended_history_test, arguments_that_are_no_object_become_an_empty_one) {
  for (const std::string bad :
       {"", "{", "[]", "null", "5", "\"{}\"", "{\"a\":1} x", "{\"a\":\xff}"})
    EXPECT_EQ(mended({called({{"a", "f", bad}})}), lines{"agent:  | a f {} -> (none)"}) << bad;
  const auto deep = "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_EQ(mended({called({{"a", "f", deep}})}), lines{"agent:  | a f {} -> (none)"});
}

TEST(mended_history_test, calls_of_others_than_the_agent_are_ignored) {
  EXPECT_EQ(mended({{speaker::caller, "Hi", {{"a", "f", "{}"}}, {}}}), lines{"caller: Hi"});
}

} // namespace
} // namespace trunkline
