#include "actors/call/ladder.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

failure because(failure_kind kind, bool retryable) {
  return {kind, "why", retryable};
}

struct ladder_case {
  const char* name;
  provider_trouble trouble;
  std::optional<ladder_decision> expected;
};

class ladder_test : public ::testing::TestWithParam<ladder_case> {};

TEST_P(ladder_test, takes_the_lowest_rung_that_can_help) {
  const auto& [name, trouble, expected] = GetParam();
  const auto got = decide(ladder{}, trouble);
  ASSERT_EQ(got.has_value(), expected.has_value());
  EXPECT_EQ(to_string(got->at), to_string(expected->at));
  if (got->at <= rung::L1) {
    EXPECT_EQ(got->provider, expected->provider);
  }
}

const failure cut_off = because(failure_kind::unreachable, true);
const failure silent = because(failure_kind::timeout, true);
const failure refused = because(failure_kind::unauthorized, false);
const auto stt = child_role::stt;
const auto tts = child_role::tts;

INSTANTIATE_TEST_SUITE_P(
    , ladder_test,
    ::testing::Values(ladder_case{"cut_off_once",
                                  {stt, cut_off, 0, false, true, {true, true}},
                                  ladder_decision{rung::L0, 0}},
                      ladder_case{"cut_off_twice",
                                  {stt, cut_off, 0, true, true, {true, true}},
                                  ladder_decision{rung::L1, 1}},
                      ladder_case{"no_retry_left",
                                  {stt, cut_off, 0, false, false, {true, true}},
                                  ladder_decision{rung::L1, 1}},
                      ladder_case{"silent",
                                  {tts, silent, 0, false, true, {true, false, true}},
                                  ladder_decision{rung::L1, 2}},
                      ladder_case{"refused",
                                  {tts, refused, 1, false, true, {true, true}},
                                  ladder_decision{rung::L1, 0}},
                      ladder_case{"nobody_left",
                                  {tts, silent, 1, false, true, {false, false}},
                                  ladder_decision{rung::L2, 0}}),
    [](const auto& one) { return one.param.name; });

TEST(ladder, without_a_rung_goes_on_to_the_next) {
  provider_trouble trouble{child_role::tts, cut_off, 0, false, true, {true, true}, true};
  ladder rungs;
  const rung order[] = {rung::L0, rung::L1, rung::L2, rung::L3, rung::L4};
  for (const auto at : order) {
    ASSERT_TRUE(decide(rungs, trouble));
    EXPECT_EQ(decide(rungs, trouble)->at, at);
    EXPECT_TRUE(rungs.has(child_role::tts, at));
    rungs.take_out(child_role::tts, at);
    EXPECT_FALSE(rungs.has(child_role::tts, at));
    EXPECT_EQ(rungs.has(child_role::stt, at), at < rung::L3) << "the lowest are each role's own";
  }
  EXPECT_FALSE(decide(rungs, trouble));
}

TEST(ladder, passes_by_the_carriers_rest_when_there_is_none) {
  ladder rungs;
  rungs.take_out(child_role::stt, rung::L2);
  provider_trouble trouble{child_role::stt, silent, 0, true, true, {false}, false};
  EXPECT_EQ(decide(rungs, trouble)->at, rung::L4);
  trouble.carrier_rest = true;
  EXPECT_EQ(decide(rungs, trouble)->at, rung::L3);
}

TEST(ladder, retries_only_what_may_succeed) {
  EXPECT_TRUE(worth_retrying(because(failure_kind::unavailable, true)));
  EXPECT_TRUE(worth_retrying(because(failure_kind::overloaded, true)));
  for (const auto kind : {failure_kind::timeout, failure_kind::rate_limited})
    EXPECT_FALSE(worth_retrying(because(kind, true)));
  EXPECT_FALSE(worth_retrying(because(failure_kind::bad_input, false)));
}

} // namespace
} // namespace trunkline
