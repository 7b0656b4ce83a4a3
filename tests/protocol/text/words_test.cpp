#include "protocol/text/number_words.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/text/sentence_splitter.hpp"
#include "protocol/text/utf8.hpp"
#include "protocol/text/words.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

std::vector<std::string> split(const std::string& text, size_t step) {
  sentence_splitter splitter;
  std::vector<std::string> all;
  for (size_t i = 0; i < text.size(); i += step)
    for (auto& sentence : splitter.feed(text.substr(i, step)))
      all.push_back(std::move(sentence));
  for (auto& sentence : splitter.flush())
    all.push_back(std::move(sentence));
  return all;
}

using sentences = std::vector<std::string>;

TEST(sentence_splitter, cuts_at_ends_of_sentences_however_the_text_arrives) {
  const std::pair<std::string, sentences> table[] = {
      {"Hello there. How are you? Fine!", {"Hello there.", "How are you?", "Fine!"}},
      {"Dr. Lee sees you at 2.30 p.m. on Friday.", {"Dr. Lee sees you at 2.30 p.m. on Friday."}},
      {"We open at 8 a.m. Please come in.", {"We open at 8 a.m.", "Please come in."}},
      {"It costs $99.50. Is that all right?", {"It costs $99.50.", "Is that all right?"}},
      {"Write to ava@example.com. Thanks.", {"Write to ava@example.com.", "Thanks."}},
      {"J. Smith is here. Come in.", {"J. Smith is here.", "Come in."}},
      {"Really?! Yes... No.", {"Really?!", "Yes...", "No."}},
      {"No end here", {"No end here"}},
      {"She said \"yes.\" Then left.", {"She said \"yes.\"", "Then left."}},
      {"  \n ", {}},
      {"Line one\nline two", {"Line one", "line two"}},
  };
  for (const auto& [text, expected] : table)
    for (const size_t step : {size_t{1}, size_t{3}, size_t{1000}})
      EXPECT_EQ(split(text, step), expected) << text << " in steps of " << step;
}

TEST(sentence_splitter, gives_a_sentence_as_soon_as_the_next_begins) {
  sentence_splitter splitter;
  EXPECT_TRUE(splitter.feed("We are open").empty());
  EXPECT_TRUE(splitter.feed(" today.").empty()); // could be "today.example"
  EXPECT_EQ(splitter.feed(" W"), sentences{"We are open today."});
}

TEST(sentence_splitter, cuts_a_long_first_sentence_at_a_comma_once) {
  sentence_splitter splitter;
  const auto first = splitter.feed(
      "We are at twelve Main Street just behind the station, and parking is free, as you know");
  EXPECT_EQ(first, sentences{"We are at twelve Main Street just behind the station,"});
  EXPECT_EQ(splitter.flush(), sentences{"and parking is free, as you know"});
}

TEST(sentence_splitter, bounds_a_sentence_that_never_ends) {
  sentence_splitter splitter;
  size_t longest = 0, total = 0;
  for (int i = 0; i < 1000; ++i)
    for (const auto& sentence : splitter.feed("word "))
      longest = std::max(longest, sentence.size()), total += sentence.size();
  EXPECT_GT(total, 4000u);
  EXPECT_LE(longest, 301u);
}

TEST(words, are_the_same_for_written_and_recognised_text) {
  EXPECT_EQ(split_words("Don't, at 2:30 P.M.!"), (word_list{"don't", "at", "2:30", "pm"}));
  EXPECT_EQ(split_words("two p m"), (word_list{"two", "pm"}));
  EXPECT_EQ(split_words("Twenty-third, 1,000 $5 2pm"),
            (word_list{"twenty", "third", "1000", "5", "2", "pm"}));
  EXPECT_EQ(split_words("I\xE2\x80\x99m"), (word_list{"i'm"}));
  EXPECT_EQ(split_words(std::string(100000, 'a') + " b", 1).size(), 1u);
  EXPECT_TRUE(has_phrase(split_words("please say that again now"), "say that again"));
  EXPECT_FALSE(has_phrase(split_words("say that"), "say that again"));
}

TEST(number_words, read_and_say_numbers) {
  auto value = [](const std::string& text) {
    const auto number = read_number(split_words(text));
    return number ? number->value * (number->ordinal ? -1 : 1) : 9999;
  };
  EXPECT_EQ(value("twenty three"), 23);
  EXPECT_EQ(value("twenty third"), -23);
  EXPECT_EQ(value("thirtieth"), -30);
  EXPECT_EQ(value("3rd"), -3);
  EXPECT_EQ(value("two hundred and five"), 205);
  EXPECT_EQ(value("99999"), 9999);
  EXPECT_EQ(value("hello"), 9999);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(value(number_in_words(i)), i) << number_in_words(i);
  for (int i = 1; i <= 31; ++i)
    EXPECT_EQ(value(ordinal_in_words(i)), -i) << ordinal_in_words(i);
}

TEST(phone_number, is_masked_checked_spoken_and_understood) {
  EXPECT_EQ(mask_number("+15551234567"), "+1555***4567");
  EXPECT_EQ(mask_number("911"), "***");
  EXPECT_EQ(mask_number("anonymous"), "***us");
  EXPECT_TRUE(is_e164("+15551234567"));
  for (const auto* bad : {"", "15551234567", "+0555123456", "+1555", "+1555123456789012", "+1 555"})
    EXPECT_FALSE(is_e164(bad)) << bad;
  EXPECT_EQ(spoken_digits("+15551234567"), "five five five, one two three, four five six seven");
  EXPECT_EQ(parse_spoken_number("five five five one two three four five six seven"),
            "+15551234567");
  EXPECT_EQ(parse_spoken_number("it's 555-123-4567"), "+15551234567");
  EXPECT_EQ(parse_spoken_number("five five five twelve thirty four five six seven"),
            "+15551234567");
  EXPECT_EQ(parse_spoken_number("five double five one two three four five six seven"),
            "+15551234567");
  EXPECT_FALSE(parse_spoken_number("five five five"));
  EXPECT_FALSE(parse_spoken_number("call me back"));
}

TEST(utf8, cleans_text_for_records) {
  EXPECT_EQ(clean_text("a\tb\r\nc\x01\x7f", 100), "a b  c");
  EXPECT_EQ(clean_text("x\xEF\xBF\xBEy\xC2\x85z", 100), "xyz"); // U+FFFE and a C1 control
  EXPECT_EQ(clean_text("\xff\xC3", 100), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(clean_text("a\xC3\xA9", 2), "a");
}

} // namespace
} // namespace trunkline
