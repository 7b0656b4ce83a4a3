// Many kills, on both databases. KILL_ROUNDS says how many; 100 unless set.

#include "tests/support/kill_rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace trunkline {
namespace {

class kill_rounds_test : public ::testing::TestWithParam<sql_dialect> {};

TEST_P(kill_rounds_test, nothing_acknowledged_is_lost_or_doubled) {
  const auto* wanted = std::getenv("KILL_ROUNDS");
  const auto rounds = static_cast<unsigned>(wanted ? std::atoi(wanted) : 100);
  testing::kill_rounds load{GetParam(), std::random_device{}()};
  load.run(rounds);
  EXPECT_EQ(load.resumed + load.messages_taken, rounds);
  auto starts = load.starts;
  ASSERT_FALSE(starts.empty());
  std::sort(starts.begin(), starts.end());
  std::cout << rounds << " kills, " << load.acknowledged() << " acknowledged, " << load.resumed
            << " resumed, " << load.messages_taken << " messages taken; start to ready: median "
            << starts[starts.size() / 2].count() << " ms, longest " << starts.back().count()
            << " ms\n";
  EXPECT_LT(starts[starts.size() / 2].count(), 2000);
}

INSTANTIATE_TEST_SUITE_P(stores, kill_rounds_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](auto& about) { return testing::name_of(about.param); });

} // namespace
} // namespace trunkline
