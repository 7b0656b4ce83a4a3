#include "protocol/text/json_fields.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace trunkline {
namespace {

const nlohmann::json object = *parse_json(
    R"({"n":1.5,"s":"2.5","bad":"2.5x","none":null,"big":18446744073709551615,"neg":-1,"t":true,
        "one":"1","list":[1],"empty":"","inf":"inf","whole":7.0,"ticks":"1800000"})",
    "test");

TEST(json_fields, numbers_come_as_numbers_or_as_strings_of_one) {
  EXPECT_EQ(number_member(object, "n"), 1.5);
  EXPECT_EQ(number_member(object, "s"), 2.5);
  EXPECT_EQ(number_member(object, "neg"), -1);
  for (const char* name : {"bad", "none", "t", "list", "empty", "inf", "absent"})
    EXPECT_EQ(number_member(object, name), std::nullopt) << name;
  EXPECT_EQ(number_member(object["list"], "n"), std::nullopt);
}

TEST(json_fields, whole_numbers_have_no_fraction_and_no_sign) {
  EXPECT_EQ(whole_number_member(object, "whole"), 7u);
  EXPECT_EQ(whole_number_member(object, "ticks"), 1800000u);
  for (const char* name : {"n", "neg", "big", "t", "absent"})
    EXPECT_EQ(whole_number_member(object, name), std::nullopt) << name;
}

TEST(json_fields, a_confidence_lies_between_0_and_1) {
  EXPECT_FLOAT_EQ(confidence_of(object, "n"), 1);
  EXPECT_FLOAT_EQ(confidence_of(object, "neg"), 0);
  EXPECT_FLOAT_EQ(confidence_of(object, "absent"), 1);
}

TEST(json_fields, only_true_is_true) {
  EXPECT_TRUE(flag_member(object, "t"));
  for (const char* name : {"one", "n", "none", "list", "absent"})
    EXPECT_FALSE(flag_member(object, name)) << name;
  EXPECT_FALSE(flag_member(object["list"], "t"));
}

TEST(json_fields, what_is_no_array_is_an_empty_one) {
  EXPECT_EQ(array_member(object, "list").size(), 1u);
  EXPECT_TRUE(array_member(object, "n").empty());
  EXPECT_TRUE(array_member(object["list"], "list").empty());
}

TEST(json_fields, seconds_become_milliseconds_within_a_day) {
  EXPECT_EQ(milliseconds_of(10.160001).count(), 10160);
  EXPECT_EQ(milliseconds_of(-3).count(), 0);
  EXPECT_EQ(milliseconds_of(std::nan("")).count(), 0);
  EXPECT_EQ(milliseconds_of(1e300).count(), 86400000);
}

} // namespace
} // namespace trunkline
