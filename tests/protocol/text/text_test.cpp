#include "protocol/text/base64.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

std::string decoded(std::string_view text) {
  std::vector<uint8_t> bytes;
  if (!base64_decode(text, bytes))
    return "<refused>";
  return {bytes.begin(), bytes.end()};
}

TEST(base64_test, encodes_and_decodes_the_vectors_of_the_standard) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64_encode(plain), encoded);
    EXPECT_EQ(decoded(encoded), plain);
  }
}

TEST(base64_test, carries_every_byte) {
  std::vector<uint8_t> bytes(1000), back;
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(i * 7);
  ASSERT_TRUE(base64_decode(base64_encode(bytes), back));
  EXPECT_EQ(back, bytes);
}

TEST(base64_test, refuses_what_is_not_canonical) {
  for (const auto* text : {"A", "AA", "AAA", "A===", "====", "Zg=", "Zg==Zg==", "Z g=", "Zg\n=",
                           "Zm9v!mFy", "Zh==", "Zm9=", "_-_-", "Zg=A"})
    EXPECT_EQ(decoded(text), "<refused>") << text;
}

TEST(utf8_test, tells_well_formed_from_malformed) {
  for (const auto* text : {"", "plain", "caf\xc3\xa9", "\xe2\x80\x94", "\xf0\x9f\x98\x80",
                           "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  for (const auto* text : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x80"})
    EXPECT_FALSE(is_valid_utf8(text)) << text;
  EXPECT_TRUE(is_valid_utf8(std::string_view{"\0a", 2}));
  for (size_t n = 0; n < 24; ++n) {
    const std::string ascii(n, 'a');
    EXPECT_TRUE(is_valid_utf8(ascii + "\xc3\xa9" + ascii));
    EXPECT_FALSE(is_valid_utf8(ascii + "\xc3" + ascii));
  }
}

TEST(utf8_test, replaces_each_malformed_stretch_once) {
  EXPECT_EQ(to_valid_utf8("a\xffz"), "a\xef\xbf\xbdz");
  EXPECT_EQ(to_valid_utf8("a\xe2\x80"), "a\xef\xbf\xbd");
  EXPECT_EQ(to_valid_utf8("\xe2\x28\xa1"), "\xef\xbf\xbd(\xef\xbf\xbd");
  EXPECT_TRUE(is_valid_utf8(to_valid_utf8("\xed\xa0\x80\xf0\x28\x8c\xbc")));
}

TEST(utf8_test, keeps_only_what_xml_allows) {
  EXPECT_EQ(to_xml_characters(std::string_view{"a\0b\x01\x0b\x1f\t\n\r z", 11}), "ab\t\n\r z");
  EXPECT_EQ(to_xml_characters("x\xef\xbf\xbey\xef\xbf\xbfz"), "xyz"); // U+FFFE, U+FFFF
  EXPECT_EQ(to_xml_characters("<&>\xf0\x9f\x98\x80"), "<&>\xf0\x9f\x98\x80");
}

TEST(utf8_test, shortens_at_a_word_and_never_inside_a_character) {
  EXPECT_EQ(shortened("one two three", 13), "one two three");
  EXPECT_EQ(shortened("one two three", 9), "one two");
  EXPECT_EQ(shortened("\xc3\xa9\xc3\xa9\xc3\xa9", 2), "\xc3\xa9\xc3\xa9");
  EXPECT_EQ(shortened("abc", 0), "");
}

TEST(json_test, refuses_depth_beyond_the_limit_but_not_brackets_in_strings) {
  const auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse_json(nested(32), "test"));
  EXPECT_EQ(parse_json(nested(33), "test").error().kind, failure_kind::bad_input);
  EXPECT_FALSE(parse_json(std::string(60'000, '['), "test"));
  EXPECT_TRUE(parse_json("[\"" + std::string(100, '[') + "\\\"[\"]", "test"));
}

TEST(json_test, never_throws_on_hostile_text) {
  for (const auto* text : {"", "{", "1e999", "\"\xff\"", "{\"a\":}", "nul", "[1,]", "\"\\ud800\""})
    EXPECT_FALSE(parse_json(text, "test")) << text;
  const nlohmann::json bad = std::string{"\xff"};
  EXPECT_EQ(to_text(bad), "\"\xef\xbf\xbd\"");
  const nlohmann::json number = 5;
  EXPECT_EQ(string_member(number, "x"), "");
  EXPECT_TRUE(object_member(number, "x").empty());
}

} // namespace
} // namespace trunkline
