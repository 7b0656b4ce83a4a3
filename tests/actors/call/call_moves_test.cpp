// A call that is told to go on over another channel.

#include "actors/call/after_page.hpp"
#include "tests/support/call_fixture.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

class call_moves_test : public testing::call_fixture {};

TEST_F(call_moves_test, a_call_that_is_to_move_goes_where_nobody_speaks_or_waits) {
  answer_call();
  caller_says("what are your opening hours");
  tell_from_outside(call, end_agent{"overloaded", "relay"});
  drain();
  advance(500ms);
  EXPECT_FALSE(ended) << "an answer is awaited";
  reply("We are open from eight to five. ");
  finish_reply();
  playout_starts();
  advance(1s);
  EXPECT_FALSE(ended) << "the agent speaks";
  playout_ends();
  voice(true);
  advance(1s);
  EXPECT_FALSE(ended) << "the caller speaks";
  voice(false);
  hear("thank you");
  advance(1s);
  reply("You are welcome. ");
  finish_reply();
  playout_starts();
  playout_ends();
  advance(1s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(stored_call()->channel, "relay");
  EXPECT_EQ(stored_call()->end_reason, "overloaded");
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::resume);
}

TEST_F(call_moves_test, a_call_that_was_brought_back_often_enough_stays_under_overload) {
  setup.record.resumes = resumes_max;
  answer_call();
  tell_from_outside(call, end_agent{"overloaded", "gather"});
  advance(5s);
  EXPECT_FALSE(ended);
}

} // namespace
} // namespace trunkline
