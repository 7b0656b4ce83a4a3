#include "protocol/text/json_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr auto visit = R"({
  "type": "object",
  "properties": {
    "reason": {"type": "string", "maxLength": 20},
    "urgent": {"type": "boolean"},
    "pain": {"type": "integer", "minimum": 0, "maximum": 10},
    "teeth": {"type": "array", "items": {"enum": ["upper", "lower"]}, "maxItems": 2}
  },
  "required": ["reason"],
  "additionalProperties": false
})";

std::string problem(std::string_view text) {
  const auto schema = json_schema::parse(text);
  return schema ? std::string{} : schema.error().context;
}

TEST(json_schema, takes_what_fits_and_says_where_something_does_not) {
  const auto schema = json_schema::parse(visit);
  ASSERT_TRUE(schema) << schema.error().context;
  EXPECT_EQ(schema->mismatch(json{{"reason", "cleaning"}}), "");
  EXPECT_EQ(schema->mismatch(
                json{{"reason", "pain"}, {"urgent", true}, {"pain", 7}, {"teeth", {"upper"}}}),
            "");
  const json wrong[] = {json::object(),
                        json::array(),
                        "cleaning",
                        {{"reason", 7}},
                        {{"reason", "7"}, {"pain", "7"}},
                        {{"reason", "a"}, {"pain", 11}},
                        {{"reason", "a"}, {"pain", -1}},
                        {{"reason", "a"}, {"pain", 1.5}},
                        {{"reason", "a"}, {"urgent", "yes"}},
                        {{"reason", std::string(21, 'a')}},
                        {{"reason", "a"}, {"teeth", {"middle"}}},
                        {{"reason", "a"}, {"teeth", {"upper", "lower", "upper"}}},
                        {{"reason", "a"}, {"more", 1}}};
  for (const auto& value : wrong)
    EXPECT_NE(schema->mismatch(value), "") << value;
  EXPECT_THAT(schema->mismatch(json{{"reason", "a"}, {"pain", 11}}), HasSubstr("pain"));
}

TEST(json_schema, refuses_what_it_does_not_support_and_says_what_it_does) {
  EXPECT_THAT(problem(R"({"type":"object","properties":{"a":{"pattern":"(a+)+$"}}})"),
              HasSubstr("schema.properties.a.pattern is not supported; what is: type, properties"));
  for (const auto* keyword : {"$ref", "oneOf", "allOf", "not", "format", "patternProperties"})
    EXPECT_THAT(problem(json{{"type", "object"}, {keyword, "x"}}.dump()),
                HasSubstr("not supported"))
        << keyword;
  EXPECT_THAT(problem(R"({"type":"object","properties":{"a":{"items":{"format":"date"}}}})"),
              HasSubstr("schema.properties.a.items.format"));
}

TEST(json_schema, refuses_broken_ones_in_a_line) {
  for (const auto* broken :
       {"", "{", "[]", "7", "{}", R"({"type":"array"})", R"({"type":"thing"})",
        R"({"type":"object","properties":[]})", R"({"type":"object","required":"a"})",
        R"({"type":"object","properties":{"a":1}})", R"({"type":"object","enum":[]})",
        R"({"type":"object","properties":{"a":{"maxLength":-1}}})",
        R"({"type":"object","properties":{"a":{"minimum":"1"}}})"}) {
    EXPECT_NE(problem(broken), "") << broken;
    EXPECT_EQ(problem(broken).find('\n'), std::string::npos) << broken;
  }
  EXPECT_THAT(problem(std::string(json_schema::bytes_max + 1, ' ')), HasSubstr("longer than"));
  std::string deep;
  for (int i = 0; i < 1000; ++i)
    deep += R"({"items":)";
  EXPECT_NE(problem(deep), "");
}

} // namespace
} // namespace trunkline
