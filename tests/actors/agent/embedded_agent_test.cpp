#include "actors/agent/embedded_agent.hpp"
#include "actors/tools/tool_catalog.hpp"
#include "tests/support/dialogue.hpp"

#include <gtest/gtest.h>

#include <random>

namespace trunkline {
namespace {

using testing::dialogue;

llm_request request_of(const dialogue& talk) {
  return {
      std::make_shared<assistant>(talk.who), talk.facts, {}, talk.messages, tool_catalog(talk.who)};
}

TEST(embedded_agent, streams_pieces_then_tools_then_the_end) {
  memory_repository store;
  dialogue talk{store};
  talk.messages.push_back({speaker::caller, "bye", {}, {}});
  embedded_agent agent;
  std::string text;
  std::vector<std::string> order;
  const auto stream = agent.start(request_of(talk), [&](llm_event event) {
    if (const auto* delta = std::get_if<reply_delta>(&event)) {
      text += delta->text;
      order.push_back("delta");
    } else if (const auto* call = std::get_if<tool_call>(&event)) {
      order.push_back(call->name);
    } else {
      order.push_back(std::holds_alternative<llm_done>(event) ? "done" : "failure");
    }
  });
  EXPECT_EQ(text, "Thank you for calling Brightsmile Dental. Goodbye.");
  EXPECT_EQ(order, (std::vector<std::string>{"delta", "delta", "delta", "end_call", "done"}));
  EXPECT_EQ(agent.name(), "embedded");
}

TEST(embedded_agent, answers_a_retry_with_the_same_words_and_tool_call_ids) {
  memory_repository store;
  dialogue talk{store};
  talk.say("book a cleaning tuesday at ten for anna smith");
  const auto first = talk.peek("yes"), second = talk.peek("yes");
  ASSERT_EQ(first.tool_calls.size(), 1u);
  EXPECT_EQ(first.tool_calls[0].id, second.tool_calls[0].id);
  EXPECT_EQ(first.tool_calls[0].arguments, second.tool_calls[0].arguments);
}

TEST(embedded_agent, goes_on_after_the_last_word_that_was_spoken) {
  memory_repository store;
  dialogue talk{store};
  talk.messages.push_back({speaker::caller, "book a cleaning", {}, {}});
  talk.messages.push_back({speaker::agent, "Which day", {}, {}});
  EXPECT_EQ(respond(request_of(talk)).text(), "would you like?");
}

TEST(embedded_agent, takes_over_from_another_model_in_mid_call) {
  memory_repository store;
  dialogue talk{store};
  talk.messages.push_back({speaker::caller, "hello there", {}, {}});
  talk.messages.push_back({speaker::agent, "Hi! And what's your full name?", {}, {}});
  const auto step = talk.peek("anna smith");
  EXPECT_EQ(step.text(), "What would you like to come in for?");
  talk.messages.push_back({speaker::agent, "Lovely. Which service can I book for you?", {}, {}});
  EXPECT_EQ(talk.peek("cleaning").text(), "Which day would you like?");
}

TEST(embedded_agent, has_nothing_to_say_after_the_call_was_ended) {
  memory_repository store;
  dialogue talk{store};
  talk.say("goodbye");
  const auto step = respond(request_of(talk));
  EXPECT_TRUE(step.pieces.empty());
  EXPECT_TRUE(step.tool_calls.empty());
}

TEST(embedded_agent, works_without_any_tool) {
  memory_repository store;
  dialogue talk{store};
  auto request = request_of(talk);
  request.tools.clear();
  request.messages.push_back({speaker::caller, "what are your opening hours", {}, {}});
  EXPECT_NE(respond(request).text().find("Monday to Friday"), std::string::npos);
  request.messages.push_back({speaker::caller, "book a cleaning on tuesday", {}, {}});
  const auto step = respond(request);
  EXPECT_TRUE(step.tool_calls.empty());
  EXPECT_NE(step.text().find("can't do that"), std::string::npos);
}

TEST(embedded_agent, survives_an_assistant_without_anything) {
  assistant bare;
  bare.time_zone = "No/Where";
  llm_request request{std::make_shared<assistant>(bare), {}, {}, {}, tool_catalog(bare)};
  for (const auto* line : {"book an appointment", "yes", "hello", "transfer me", "tuesday", "no",
                           "cancel my appointment", "leave a message", "hi there", "bye"}) {
    request.messages.push_back({speaker::caller, line, {}, {}});
    const auto step = respond(request);
    EXPECT_FALSE(step.pieces.empty() && step.tool_calls.empty()) << line;
  }
}

// Everything the agent knows, thrown together: it always has an answer, and never throws.
TEST(embedded_agent, answers_any_word_salad) {
  const std::vector<std::string> words = {
      "book",    "cancel",   "move",    "my",        "appointment",  "cleaning", "filling",
      "tuesday", "friday",   "next",    "week",      "the",          "first",    "one",
      "two",     "thirty",   "at",      "half",      "past",         "yes",      "no",
      "never",   "mind",     "anna",    "smith",     "name",         "is",       "it's",
      "leave",   "a",        "message", "for",       "doctor",       "lee",      "what",
      "time",    "day",      "open",    "insurance", "please",       "bye",      "hold",
      "on",      "actually", "later",   "morning",   "december",     "third",    "reschedule",
      "five",    "repeat",   "that",    "\xff\xfe",  "\xE2\x80\x99", "x",        "''",
      "9:99",    "12:",      "person",  "speak",     "to",           "pain",     "thanks",
      "who",     "number"};
  std::mt19937 random{20261121};
  auto pick = [&](size_t n) { return std::uniform_int_distribution<size_t>{0, n - 1}(random); };
  for (int round = 0; round < 150; ++round) {
    memory_repository store;
    dialogue talk{store};
    talk.heard_words_max = pick(2) ? 1000 : pick(6);
    if (pick(3) == 0)
      talk.facts.caller_number.clear();
    for (int turn = 0; turn < 14; ++turn) {
      if (pick(12) == 0)
        store.broken = failure{failure_kind::unavailable, "locked", true};
      else
        store.broken.reset();
      std::string line;
      for (size_t count = pick(9); count > 0; --count)
        line += words[pick(words.size())] + " ";
      std::string answer;
      ASSERT_NO_THROW(answer = talk.say(line)) << talk.transcript;
      ASSERT_FALSE(answer.empty()) << talk.transcript;
    }
  }
}

TEST(embedded_agent, survives_tool_results_that_make_no_sense) {
  memory_repository store;
  for (const auto* name :
       {"check_availability", "schedule_appointment", "cancel_appointment",
        "reschedule_appointment", "take_message", "answer_faq", "transfer_to_staff", "unknown"})
    for (const auto* result :
         {"", "null", "[]", "{}", R"({"ok":true})", R"({"ok":"yes","date":5})", "{\"ok\":true,",
          R"({"ok":true,"status":"choose","appointments":[1,{"id":2},{"start":"x"}]})",
          R"({"ok":true,"date":"2026-11-24","day":"ok","free":[1,"x"],"nearest":{}})",
          R"({"ok":false,"error":"taken"})"}) {
      dialogue talk{store};
      talk.messages.push_back({speaker::caller, "book a cleaning tuesday at ten", {}, {}});
      talk.messages.push_back({speaker::agent, "", {{"x1", name, "{\"a\":"}}, {}});
      talk.messages.push_back({speaker::tool, result, {}, "x1"});
      ASSERT_NO_THROW(respond(request_of(talk))) << name << result;
      talk.messages.push_back({speaker::tool, result, {}, "nobody asked"});
      ASSERT_NO_THROW(talk.peek("yes")) << name << result;
      ASSERT_NO_THROW(talk.peek("no the day")) << name << result;
    }
}

} // namespace
} // namespace trunkline
