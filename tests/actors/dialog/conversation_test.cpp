// What a model is told of a call so far.

#include "actors/dialog/conversation.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

class conversation_test : public ::testing::Test {
protected:
  void caller(const std::string& text) { talk.add_caller_turn(text, {}, 1000); }
  void agent(const std::string& text, std::chrono::milliseconds heard = 1000ms) {
    talk.open_agent_turn({});
    say(text, heard);
    talk.close_agent_turn();
  }
  void say(const std::string& text, std::chrono::milliseconds heard = 1000ms) {
    const auto id = ++sentence;
    talk.add_sentence(id, text);
    talk.sentence_length(id, 1000ms);
    talk.sentence_heard(id, heard, heard == 1000ms);
  }
  /// "caller: hello", "agent: hi", "agent calls book", "tool c1: done"
  std::vector<std::string> told(size_t messages_max = 200) const {
    std::vector<std::string> lines;
    for (const auto& one : talk.context(messages_max)) {
      if (one.role == speaker::tool)
        lines.push_back("tool " + one.tool_call_id + ": " + one.text);
      else if (!one.tool_calls.empty())
        lines.push_back("agent calls " + one.tool_calls.front().name);
      else
        lines.push_back((one.role == speaker::caller ? "caller: " : "agent: ") + one.text);
    }
    return lines;
  }
  using lines = std::vector<std::string>;

  conversation talk{"CA1"};
  uint64_t sentence = 0;
};

TEST_F(conversation_test, is_told_in_order_and_of_the_agent_only_what_was_heard) {
  agent("Good morning.");
  caller("hello");
  agent("We are open until five every day.", 500ms);
  caller("and on Sunday");
  talk.open_agent_turn({});
  say("We are closed.");
  EXPECT_EQ(told(), (lines{"agent: Good morning.", "caller: hello", "agent: We are open",
                           "caller: and on Sunday", "agent: We are closed."}));
}

TEST_F(conversation_test, calls_of_tools_come_before_their_results_and_the_words_after_them) {
  caller("book it");
  talk.open_agent_turn({});
  talk.add_tool_call({"c1", "book", "{}"});
  EXPECT_EQ(told(), (lines{"caller: book it", "agent calls book"})) << "it still runs";
  EXPECT_FALSE(talk.add_tool_result("c1", "done"));
  say("It is booked.");
  talk.close_agent_turn();
  caller("thanks");
  EXPECT_EQ(told(), (lines{"caller: book it", "agent calls book", "tool c1: done",
                           "agent: It is booked.", "caller: thanks"}));
}

TEST_F(conversation_test, of_a_long_call_the_latest_messages_are_told) {
  for (int i = 0; i < 150; ++i) {
    caller("question " + std::to_string(i));
    talk.open_agent_turn({});
    talk.add_tool_call({"c" + std::to_string(i), "look", "{}"});
    talk.add_tool_result("c" + std::to_string(i), "found");
    say("Answer.");
    talk.close_agent_turn();
  }
  const auto all = told();
  ASSERT_EQ(all.size(), 200u);
  EXPECT_EQ(all.front(), "caller: question 100");
  EXPECT_EQ(all.back(), "agent: Answer.");
  EXPECT_EQ(told(3), (lines{"agent calls look", "tool c149: found", "agent: Answer."}));
  EXPECT_EQ(told(0), lines{});
}

TEST_F(conversation_test, goes_on_where_stored_turns_ended) {
  caller("book it");
  talk.open_agent_turn({});
  talk.add_tool_call({"c1", "book", "{}"});
  talk.add_tool_result("c1", "done");
  say("It is booked.");
  talk.close_agent_turn();
  const auto before = told();
  conversation resumed{"CA1"};
  resumed.restore(talk.turns());
  talk = resumed;
  EXPECT_EQ(told(), before);
  caller("thanks");
  EXPECT_EQ(talk.turns().back().index, 2);
}

} // namespace
} // namespace trunkline
