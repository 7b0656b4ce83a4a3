// The binary dies without a word while it works: nothing that was acknowledged is lost or doubled,
// and its live call goes on. tests/slow/kill_rounds_test.cpp does it often, on both databases.

#include "tests/support/kill_rounds.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(crash_test, five_kills_lose_nothing_that_was_acknowledged) {
  testing::kill_rounds load{sql_dialect::sqlite};
  load.run(5);
  EXPECT_GT(load.acknowledged(), 50u);
  EXPECT_EQ(load.resumed + load.messages_taken, 5u);
}

} // namespace
} // namespace trunkline
