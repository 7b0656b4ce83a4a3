#include "protocol/http/byte_range.hpp"

#include <gtest/gtest.h>

using namespace trunkline;
using kind = byte_range::kind;

namespace {

void expect_part(std::string_view header, uint64_t from, uint64_t size) {
  const auto range = read_range(header, 1000);
  EXPECT_EQ(range.what, kind::part) << header;
  EXPECT_EQ(range.from, from) << header;
  EXPECT_EQ(range.size, size) << header;
}

TEST(byte_range, takes_what_is_there_of_it) {
  expect_part("bytes=0-0", 0, 1);
  expect_part("bytes=0-", 0, 1000);
  expect_part("bytes=10-19", 10, 10);
  expect_part("bytes=990-5000", 990, 10);
  expect_part("bytes=-1", 999, 1);
  expect_part("bytes=-5000", 0, 1000);
}

TEST(byte_range, of_nothing_that_is_there_is_unsatisfiable) {
  for (const auto* header : {"bytes=1000-", "bytes=1000-1001", "bytes=-0"})
    EXPECT_EQ(read_range(header, 1000).what, kind::unsatisfiable) << header;
  EXPECT_EQ(read_range("bytes=0-", 0).what, kind::unsatisfiable);
}

TEST(byte_range, that_is_not_understood_is_ignored) {
  for (const auto* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,5-6", "bytes=9-3", "lines=1-2",
        "bytes=1 - 2", "bytes=+1-2", "bytes=--1", "bytes=99999999999999999999999-"})
    EXPECT_EQ(read_range(header, 1000).what, kind::whole) << header;
}

} // namespace
