#include "protocol/phrases/catalogue.hpp"

#include "protocol/text/words.hpp"
#include "schema/assistant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

namespace trunkline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<phrase> every_phrase() {
  std::vector<phrase> all;
  for (size_t i = 0; i < phrase_count; ++i)
    all.push_back(static_cast<phrase>(i));
  return all;
}

std::vector<std::string> placeholders_of(const std::string& text) {
  static const std::regex place{R"(\{[a-z_]*\})"};
  std::vector<std::string> found{std::sregex_token_iterator{text.begin(), text.end(), place}, {}};
  std::sort(found.begin(), found.end());
  return found;
}

TEST(catalogue, has_every_sentence_in_every_language_with_the_same_placeholders) {
  EXPECT_THAT(catalogue_languages(), ElementsAre("en", "es"));
  for (const auto what : every_phrase()) {
    const std::string english = phrase_text(what, "en");
    for (const auto language : catalogue_languages()) {
      const std::string text = phrase_text(what, language);
      EXPECT_GT(text.size(), 10u) << language << ": " << english;
      EXPECT_THAT(std::string{".?"}, HasSubstr(text.substr(text.size() - 1))) << text;
      EXPECT_EQ(placeholders_of(text), placeholders_of(english)) << language << ": " << text;
      EXPECT_EQ(text == english, language == "en") << text;
    }
  }
}

TEST(catalogue, has_no_english_word_in_a_spanish_sentence) {
  // "no" and "me" are of both languages, and the placeholder is a name.
  const std::set<std::string> both{"no", "me", "business", "a", "con"};
  std::set<std::string> english;
  for (const auto what : every_phrase())
    for (auto& word : split_words(phrase_text(what, "en")))
      if (!both.count(word))
        english.insert(std::move(word));
  ASSERT_TRUE(english.count("sorry") && english.count("please"));
  for (const auto what : every_phrase())
    for (const auto& word : split_words(phrase_text(what, "es")))
      EXPECT_FALSE(english.count(word)) << word << " in: " << phrase_text(what, "es");
}

TEST(catalogue, says_no_sentence_twice_in_a_language) {
  for (const auto language : catalogue_languages()) {
    std::set<std::string> texts;
    for (const auto what : every_phrase())
      EXPECT_TRUE(texts.insert(phrase_text(what, language)).second) << phrase_text(what, language);
  }
}

TEST(catalogue, falls_back_from_the_region_to_the_language_to_english) {
  EXPECT_STREQ(phrase_text(phrase::one_moment, "es-MX"), "Un momento, por favor.");
  EXPECT_STREQ(phrase_text(phrase::one_moment, "es"), "Un momento, por favor.");
  EXPECT_STREQ(phrase_text(phrase::one_moment, "en-GB"), "One moment, please.");
  EXPECT_STREQ(phrase_text(phrase::one_moment, "fr-CA"), "One moment, please.");
  EXPECT_STREQ(phrase_text(phrase::one_moment, ""), "One moment, please.");
}

TEST(catalogue, fills_placeholders_in_whatever_the_value_is) {
  const auto text = phrase_text(phrase::all_lines_busy, "es-US", "business", "{business} & Co");
  EXPECT_THAT(text, HasSubstr("Gracias por llamar a {business} & Co. Todas"));
}

TEST(catalogue, has_the_defaults_of_an_assistant) {
  const assistant who;
  EXPECT_EQ(who.emergency_line, phrase_text(phrase::emergency, "en"));
  EXPECT_EQ(who.recording.question, phrase_text(phrase::may_we_record, "en"));
}

} // namespace
} // namespace trunkline
