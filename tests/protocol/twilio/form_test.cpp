#include "protocol/twilio/form.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(form_test, decodes_what_the_carrier_sends) {
  const auto parsed =
      parse_form("CallSid=CA1&From=%2B15551230001&Digits=&SpeechResult=caf%C3%A9+x");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->bytes("From"), "+15551230001");
  EXPECT_EQ(parsed->text("SpeechResult"), "caf\xc3\xa9 x");
  EXPECT_TRUE(parsed->has("Digits"));
  EXPECT_EQ(parsed->bytes("Digits"), "");
  EXPECT_FALSE(parsed->has("digits"));
}

TEST(form_test, keeps_the_bytes_of_invalid_utf8_and_offers_clean_text) {
  const auto parsed = parse_form("CallerName=A%FFB");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->bytes("CallerName"), "A\xff"
                                         "B");
  EXPECT_EQ(parsed->text("CallerName"), "A\xef\xbf\xbd"
                                        "B");
}

TEST(form_test, takes_broken_escapes_and_odd_separators_literally) {
  const auto parsed = parse_form("&&a=%&b=%4&c=%zz&d&=e&f=1=2&a=second&");
  ASSERT_TRUE(parsed);
  const form_fields expected{{"a", "%"}, {"b", "%4"},  {"c", "%zz"},   {"d", ""},
                             {"", "e"},  {"f", "1=2"}, {"a", "second"}};
  EXPECT_EQ(parsed->fields(), expected);
  EXPECT_EQ(parsed->bytes("a"), "%");
}

TEST(form_test, decodes_an_escape_at_the_very_end) {
  EXPECT_EQ(parse_form("a=%41")->bytes("a"), "A");
  EXPECT_EQ(parse_form("a=%00")->bytes("a"), std::string(1, '\0'));
}

TEST(form_test, refuses_what_is_over_its_limits) {
  EXPECT_TRUE(parse_form(std::string(65536, 'a')));
  EXPECT_EQ(parse_form(std::string(65537, 'a')).error().kind, failure_kind::bad_input);
  std::string many;
  for (int i = 0; i < 256; ++i)
    many += "a=1&";
  EXPECT_TRUE(parse_form(many));
  EXPECT_FALSE(parse_form(many + "a=1"));
}

TEST(form_test, renders_so_that_any_bytes_come_back) {
  std::string every;
  for (int i = 0; i < 256; ++i)
    every += static_cast<char>(i);
  const form_fields fields{{"From", "+15551230001"}, {"x y", every}, {"empty", ""}};
  const auto text = render_form(fields);
  EXPECT_TRUE(text.starts_with("From=%2B15551230001&x+y=%00"));
  EXPECT_EQ(parse_form(text)->fields(), fields);
}

} // namespace
} // namespace trunkline
