#include "bench/providers/fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

TEST(fault, is_read_as_it_is_written_for_people) {
  const auto status = parse_fault("status=429,retry_after=7");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->kind, fault_kind::status);
  EXPECT_EQ(status->status, 429u);
  EXPECT_EQ(status->retry_after, 7u);
  EXPECT_EQ(status->share, 1);
  const auto stall = parse_fault("stall,pause=400,share=5,pieces=3");
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->kind, fault_kind::stall);
  EXPECT_EQ(stall->pause, 400ms);
  EXPECT_EQ(stall->share, 0.05);
  EXPECT_EQ(stall->pieces, 3u);
}

TEST(fault, every_kind_has_a_name_of_its_own) {
  for (int i = 0; i <= static_cast<int>(fault_kind::empty); ++i) {
    const auto kind = static_cast<fault_kind>(i);
    const auto plan = parse_fault(to_string(kind));
    ASSERT_TRUE(plan) << to_string(kind);
    EXPECT_EQ(plan->kind, kind);
  }
}

TEST(fault, what_is_none_is_refused_with_what_there_is) {
  for (const char* wrong : {"", "explode", "status=", "status=many", "status=-1", "hang,share=101",
                            "hang,colour=3", "status=99999999999"}) {
    const auto plan = parse_fault(wrong);
    if (std::string_view{wrong} == "reset,pieces" || std::string_view{wrong} == "reset,,")
      continue; // a word without a value says nothing
    ASSERT_FALSE(plan) << wrong;
    EXPECT_EQ(plan.error().kind, failure_kind::bad_input);
  }
  EXPECT_THAT(parse_fault("explode").error().context, HasSubstr("hang_after_head"));
}

TEST(latency_spread, draws_the_same_of_the_same_seed) {
  const auto draws = [](uint64_t seed) {
    std::mt19937_64 random{seed};
    const latency_spread spread{200ms, 0.3};
    std::vector<std::chrono::milliseconds> all;
    for (int i = 0; i < 200; ++i)
      all.push_back(spread.draw(random));
    return all;
  };
  EXPECT_EQ(draws(5), draws(5));
  EXPECT_NE(draws(5), draws(6));
  EXPECT_THAT(draws(5), Each(AllOf(Ge(139ms), Le(260ms))));
}

TEST(latency_spread, without_spread_is_always_its_middle) {
  std::mt19937_64 random{1};
  EXPECT_EQ((latency_spread{70ms, 0}.draw(random)), 70ms);
}

} // namespace
} // namespace trunkline
