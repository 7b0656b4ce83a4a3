#include "actors/providers/breaker.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

const failure lost{failure_kind::unreachable, "lost", true};

class breaker_test : public ::testing::Test {
protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i)
      if (one.begin(now))
        one.failed(now, lost);
  }
  void succeed(int times, bool slow = false) {
    for (int i = 0; i < times; ++i)
      if (one.begin(now))
        one.good(now, slow);
  }
  breaker_state state() const { return one.state(now); }

  breaker one;
  breaker::time_point now{1h};
};

TEST_F(breaker_test, opens_at_the_fifth_failure_in_a_row) {
  fail(4);
  EXPECT_EQ(state(), breaker_state::closed);
  succeed(1);
  fail(4);
  EXPECT_EQ(state(), breaker_state::closed) << "a success begins the row anew";
  fail(1);
  EXPECT_EQ(state(), breaker_state::open);
  EXPECT_FALSE(one.usable(now));
}

TEST_F(breaker_test, opens_when_half_of_ten_outcomes_of_ten_seconds_were_bad) {
  for (int i = 0; i < 4; ++i) {
    fail(1);
    succeed(1);
  }
  succeed(1);
  EXPECT_EQ(state(), breaker_state::closed) << "four of nine";
  fail(1);
  EXPECT_EQ(state(), breaker_state::open) << "five of ten";
}

TEST_F(breaker_test, counts_slow_answers_as_bad_ones) {
  succeed(5);
  succeed(4, true);
  EXPECT_EQ(state(), breaker_state::closed);
  succeed(1, true);
  EXPECT_EQ(state(), breaker_state::open);
}

TEST_F(breaker_test, forgets_outcomes_that_are_ten_seconds_old_but_remembers_five_minutes) {
  // One bad of two each 11 s: never ten samples in a window of 10 s.
  for (int i = 0; i < 12; ++i) {
    succeed(1);
    fail(1);
    now += 11s;
    ASSERT_EQ(state(), breaker_state::closed) << "half is not more than half";
  }
  fail(1);
  EXPECT_EQ(state(), breaker_state::open) << "13 of 25 in five minutes";
}

TEST_F(breaker_test, is_half_open_after_about_five_seconds_and_lets_two_probes_through) {
  fail(5);
  now += 3900ms;
  EXPECT_EQ(state(), breaker_state::open);
  now += 2200ms;
  EXPECT_EQ(state(), breaker_state::half_open);
  EXPECT_TRUE(one.begin(now));
  EXPECT_TRUE(one.begin(now));
  EXPECT_FALSE(one.begin(now)) << "a third probe at the same time";
  one.cancelled();
  EXPECT_TRUE(one.begin(now)) << "one whose outcome stays unknown makes room";
}

TEST_F(breaker_test, closes_after_three_good_probes) {
  fail(5);
  now += 7s;
  succeed(2);
  EXPECT_EQ(state(), breaker_state::half_open);
  succeed(1);
  EXPECT_EQ(state(), breaker_state::closed);
  fail(4);
  EXPECT_EQ(state(), breaker_state::closed) << "and has forgotten the past";
}

TEST_F(breaker_test, doubles_its_time_with_each_failed_probe_up_to_a_minute) {
  fail(5);
  auto expected = 5.0;
  for (int i = 0; i < 6; ++i) {
    const auto length = std::chrono::duration<double>(one.opens_until() - now).count();
    EXPECT_GE(length, expected * 0.8) << i;
    EXPECT_LE(length, expected * 1.2) << i;
    now = one.opens_until();
    ASSERT_EQ(state(), breaker_state::half_open);
    fail(1);
    expected = std::min(expected * 2, 60.0);
  }
}

TEST_F(breaker_test, opens_for_a_minute_at_once_when_credentials_or_quota_are_refused) {
  for (const auto kind : {failure_kind::unauthorized, failure_kind::quota}) {
    one.reset();
    ASSERT_TRUE(one.begin(now));
    one.failed(now, {kind, "no", false});
    EXPECT_EQ(state(), breaker_state::open);
    EXPECT_EQ(one.opens_until() - now, 60s);
  }
}

TEST_F(breaker_test, opens_for_as_long_as_a_rate_limit_asks_for) {
  one.begin(now);
  one.failed(now, {failure_kind::rate_limited, "slow down", true, 7s});
  EXPECT_EQ(one.opens_until() - now, 7s);
  one.reset();
  one.begin(now);
  one.failed(now, {failure_kind::rate_limited, "slow down", true, 3600s});
  EXPECT_EQ(one.opens_until() - now, 60s);
  one.reset();
  one.begin(now);
  one.failed(now, {failure_kind::rate_limited, "slow down", true});
  EXPECT_EQ(state(), breaker_state::closed) << "without a time it is a failure like others";
}

TEST_F(breaker_test, learns_nothing_from_requests_that_were_our_own_fault) {
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(one.begin(now));
    one.failed(now, {i % 2 ? failure_kind::too_large : failure_kind::refused, "ours", false});
  }
  EXPECT_EQ(state(), breaker_state::closed);
}

TEST_F(breaker_test, hears_late_failures_of_requests_sent_before_it_opened_without_opening_anew) {
  fail(5);
  const auto until = one.opens_until();
  now += 1s;
  one.failed(now, lost);
  EXPECT_EQ(one.opens_until(), until);
}

TEST_F(breaker_test, can_be_tripped_and_reset_by_hand) {
  one.trip(now);
  EXPECT_FALSE(one.usable(now));
  one.reset();
  EXPECT_TRUE(one.usable(now));
}

TEST(retry_budget_test, allows_three_a_second_and_a_tenth_of_many_requests) {
  retry_budget budget;
  const breaker::time_point now{1h};
  unsigned taken = 0;
  for (int i = 0; i < 100; ++i)
    taken += budget.take(now) ? 1 : 0;
  EXPECT_EQ(taken, 30u) << "3/s over 10 s";
  retry_budget busy;
  for (int i = 0; i < 1000; ++i)
    busy.on_request(now);
  taken = 0;
  for (int i = 0; i < 1000; ++i)
    taken += busy.take(now) ? 1 : 0;
  EXPECT_EQ(taken, 100u);
  EXPECT_TRUE(busy.take(now + 11s));
}

} // namespace
} // namespace trunkline
