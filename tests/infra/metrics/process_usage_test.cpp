#include "infra/metrics/process_usage.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace trunkline {
namespace {

TEST(process_usage_test, reads_what_the_kernel_writes) {
  const auto usage = parse_usage("12 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 9 0 100 "
                                 "123456 2000 18446744073709551615 1",
                                 100, 4096);
  EXPECT_EQ(usage.cpu_s, 2);
  EXPECT_EQ(usage.threads, 9u);
  EXPECT_EQ(usage.rss_bytes, 2000u * 4096);
  EXPECT_EQ(parse_usage("", 100, 4096).cpu_s, 0);
  EXPECT_EQ(parse_usage("12 (x", 100, 4096).cpu_s, 0);
  EXPECT_EQ(parse_usage("12 (x)", 100, 4096).cpu_s, 0);
  EXPECT_GT(usage_of(::getpid())->rss_bytes, 0u);
  EXPECT_FALSE(usage_of(1 << 30));
}

} // namespace
} // namespace trunkline
