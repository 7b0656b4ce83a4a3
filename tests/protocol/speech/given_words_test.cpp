#include "protocol/speech/given_words.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(given_words, only_what_is_new_comes_back) {
  const struct {
    const char *text, *given, *rest;
  } cases[] = {
      {"yes please", "", "yes please"},
      {"", "yes", ""},
      {"yes", "yes", ""},
      {"Yes, please.", "yes", "please."},
      {"Yes. Yes, please.", "yes", "Yes, please."},
      {"I would like to book", "i would like", "to book"},
      {"I wanted to go", "i want", "to go"}, // the last word was changed
      {"twenty three Elm Street", "20 three", "Elm Street"},
      {"I'd like two tickets", "I would like", "two tickets"},
      {"completely different", "yes", "completely different"},
      {"no", "yes please do that", "no"},
      {"  spaced   out  words", "spaced out", "words"},
      {"\xC3\xBC"
       "ber alles",
       "\xC3\xBC"
       "ber",
       "alles"},
      {"\xFF\xFE x", "\xFF\xFE", "x"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(without_given(c.text, c.given), c.rest) << c.text << " without " << c.given;
}

TEST(given_words, very_long_texts_are_cut_by_the_number_of_words) {
  std::string given;
  for (int i = 0; i < 1000; ++i)
    given += "w" + std::to_string(i) + " ";
  EXPECT_EQ(without_given(given + "and more", given), "and more");
  EXPECT_EQ(without_given("short", given), "");
}

} // namespace
} // namespace trunkline
