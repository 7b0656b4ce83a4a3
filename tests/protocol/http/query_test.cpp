#include "protocol/http/query.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(query, all_but_the_unreserved_characters_are_encoded) {
  EXPECT_EQ(percent_encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encoded("a b+c/?&=%#"), "a%20b%2Bc%2F%3F%26%3D%25%23");
  EXPECT_EQ(percent_encoded("\xC3\xBC\x7F\xFF" + std::string(1, '\0')), "%C3%BC%7F%FF%00");
}

TEST(query, fields_are_appended_in_order_and_may_repeat) {
  EXPECT_EQ(with_query("/v1/x", {}), "/v1/x");
  EXPECT_EQ(with_query("/v1/x", {{"a", "1"}, {"a", ""}, {"b c", "&"}}), "/v1/x?a=1&a=&b%20c=%26");
  EXPECT_EQ(with_query("/v1/x?y=0", {{"a", "1"}}), "/v1/x?y=0&a=1");
}

} // namespace
} // namespace trunkline
