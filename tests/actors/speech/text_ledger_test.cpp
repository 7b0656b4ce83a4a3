#include "actors/speech/text_ledger.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

// What of the text has been heard, by the news of it.
std::string heard_of(const std::string& text, const text_ledger::news& news) {
  return text.substr(0, static_cast<size_t>(news.heard / text_ledger::ms_per_character));
}

TEST(text_ledger, takes_the_time_of_a_slow_voice_for_each_sentence_in_turn) {
  text_ledger ledger;
  EXPECT_EQ(ledger.said(1, "0123456789", 0ms), 0ms);
  EXPECT_EQ(ledger.said(2, "0123456789", 100ms), 700ms);
  EXPECT_EQ(ledger.next_end(), 700ms);
  EXPECT_TRUE(ledger.advance(699ms).empty());
  const auto first = ledger.advance(700ms);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].sentence, 1u);
  EXPECT_TRUE(first[0].finished);
  EXPECT_FALSE(ledger.idle());
  EXPECT_EQ(ledger.advance(1400ms).size(), 1u);
  EXPECT_TRUE(ledger.idle());
  EXPECT_EQ(ledger.said(3, "0123456789", 9000ms), 9000ms);
}

TEST(text_ledger, believes_the_carrier_on_what_was_heard_of_an_interrupted_sentence) {
  text_ledger ledger;
  const std::string first = "We are open Monday to Friday.", second = "Saturday from nine to one.";
  ledger.said(1, first, 0ms);
  ledger.said(2, second, 0ms);
  const auto news = ledger.cut("we are open monday to friday saturday from ni", 10ms);
  ASSERT_EQ(news.size(), 2u);
  EXPECT_TRUE(news[0].finished);
  EXPECT_FALSE(news[1].finished);
  EXPECT_EQ(heard_of(second, news[1]), "Saturday from ni");
  const auto rest = ledger.take_rest();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].text, " nine to one.") << "a word that was cut is said again";
  EXPECT_TRUE(ledger.idle());
  ledger.said(2, rest[0].text, 20ms, rest[0].before);
  const auto over = ledger.all_heard();
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(heard_of(second, over[0]), second);
}

TEST(text_ledger, knows_the_place_when_the_carrier_tells_of_the_last_sentence_only) {
  text_ledger ledger;
  ledger.said(1, "One moment, please.", 0ms);
  ledger.said(2, "You are booked for Tuesday.", 0ms);
  const auto news = ledger.cut("You are booked", 10ms);
  ASSERT_EQ(news.size(), 2u);
  EXPECT_TRUE(news[0].finished);
  EXPECT_EQ(heard_of("You are booked for Tuesday.", news[1]), "You are booked");
}

TEST(text_ledger, goes_by_the_clock_when_the_carriers_words_are_not_ours_or_none_are_told) {
  for (const auto told : {std::optional<std::string_view>{"entirely different words"},
                          std::optional<std::string_view>{}}) {
    text_ledger ledger;
    ledger.said(1, "0123456789 0123456789", 0ms);
    const auto news = ledger.cut(told, 770ms);
    ASSERT_EQ(news.size(), 1u);
    EXPECT_EQ(news[0].heard, 770ms);
  }
}

TEST(text_ledger, does_not_take_for_heard_what_was_given_after_the_news_left) {
  text_ledger ledger;
  ledger.said(1, "One moment.", 0ms);
  ledger.said(2, "Goodbye.", 900ms);
  const auto news = ledger.all_heard(800ms);
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].sentence, 1u);
  EXPECT_FALSE(ledger.idle());
}

TEST(text_ledger, takes_no_words_for_nothing_heard) {
  text_ledger ledger;
  ledger.said(1, "Hello there", 0ms);
  const auto news = ledger.cut("", 500ms);
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].heard, 0ms);
  EXPECT_EQ(ledger.take_rest()[0].text, "Hello there");
}

} // namespace
} // namespace trunkline
