#include "actors/speech/expected_reply.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(expected_reply, a_question_tells_what_answers_it) {
  EXPECT_EQ(expected_after("What would you like to come in for?"), expected_answer::service);
  EXPECT_EQ(expected_after("Which day would you like?"), expected_answer::when);
  EXPECT_EQ(expected_after("On Tuesday I have eight a.m. or noon. What time would you like?"),
            expected_answer::when);
  EXPECT_EQ(expected_after("May I have your name, please?"), expected_answer::name);
  EXPECT_EQ(expected_after("Could you tell me your full name?"), expected_answer::name);
  EXPECT_EQ(expected_after("So that is a cleaning on Tuesday. Is that right?"),
            expected_answer::yes_no);
  EXPECT_EQ(expected_after("Is there anything else I can help you with?"), expected_answer::more);
  EXPECT_EQ(expected_after("Who is the message for?"), expected_answer::message);
}

TEST(expected_reply, what_is_offered_is_answered_with_yes_or_no_whatever_it_names) {
  EXPECT_EQ(expected_after("Shall I put it under Anna Smith?"), expected_answer::yes_no);
  EXPECT_EQ(expected_after("Would you like to leave a message?"), expected_answer::yes_no);
  EXPECT_EQ(expected_after("Would Monday at ten work for you?"), expected_answer::yes_no);
}

TEST(expected_reply, anything_may_follow_what_is_no_question) {
  EXPECT_EQ(expected_after("We take your name and what time you called."),
            expected_answer::anything);
  EXPECT_EQ(expected_after("How can I help you?"), expected_answer::anything);
  EXPECT_EQ(expected_after("What should I change: the service, the day, the time, or the name?"),
            expected_answer::anything);
  EXPECT_EQ(expected_after(""), expected_answer::anything);
}

} // namespace
} // namespace trunkline
