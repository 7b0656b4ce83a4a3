#include "infra/net/descriptors.hpp"

#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(descriptors, are_made_room_for_and_never_taken_away) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit less = before;
  less.rlim_cur = 200;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &less), 0);
  const auto limit = [] {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  };
  EXPECT_TRUE(ensure_descriptors(300, "a test"));
  EXPECT_EQ(limit(), 300u);
  EXPECT_TRUE(ensure_descriptors(10, "a test"));
  EXPECT_EQ(limit(), 300u);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(descriptors, that_may_not_be_had_are_told_with_what_to_do) {
  const auto none = ensure_descriptors(2'000'000'000, "this load");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, failure_kind::quota);
  EXPECT_THAT(none.error().context,
              testing::StartsWith("this load needs 2000000000 open files, the limit is "));
  EXPECT_THAT(none.error().context, testing::EndsWith(": ulimit -n 2000000000"));
}

} // namespace
} // namespace trunkline
