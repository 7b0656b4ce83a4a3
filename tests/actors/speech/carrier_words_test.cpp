#include "actors/speech/carrier_words.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

// "voice", "quiet", "words?" for an interim, "words." for a final, "!" when the turn is over.
std::string told(const carrier_words::events& events) {
  std::string all;
  for (const auto& event : events) {
    all += all.empty() ? "" : " ";
    if (const auto* voice = std::get_if<voice_changed>(&event)) {
      all += voice->speaking ? "voice" : "quiet";
      continue;
    }
    const auto& heard = std::get<transcript>(event);
    all += heard.text + (heard.is_final ? "." : "?") + (heard.turn_over ? "!" : "") +
           (heard.rejected ? "x" : "") + std::to_string(heard.utterance);
  }
  return all;
}

struct carrier_words_test : ::testing::Test {
  carrier_words ears{400ms};
  steady_time start = steady_time{} + 100s;
};

TEST_F(carrier_words_test, makes_one_utterance_of_partials_and_their_final) {
  EXPECT_EQ(told(ears.partial("I want", start)), "voice I want?1");
  EXPECT_EQ(told(ears.partial("I want", start + 10ms)), "") << "nothing new";
  EXPECT_EQ(told(ears.partial("I want to book", start + 300ms)), "I want to book?1");
  EXPECT_EQ(told(ears.final("I want to book.", false, start + 900ms)), "quiet I want to book..!1");
  EXPECT_EQ(told(ears.final("yes", false, start + 2s)), "voice quiet yes.!2");
}

TEST_F(carrier_words_test, takes_a_turn_to_be_over_once_when_its_words_do_not_change) {
  (void)ears.partial("yes please", start);
  EXPECT_EQ(ears.next_deadline(), start + 400ms);
  EXPECT_EQ(told(ears.check(start + 399ms)), "");
  EXPECT_EQ(told(ears.check(start + 400ms)), "yes please?!1");
  EXPECT_EQ(told(ears.check(start + 500ms)), "");
  EXPECT_FALSE(ears.next_deadline());
  EXPECT_EQ(told(ears.partial("yes please do", start + 600ms)), "yes please do?1") << "it was not";
}

TEST_F(carrier_words_test, waits_for_a_final_only_so_long) {
  carrier_words impatient{400ms, 6s};
  (void)impatient.partial("yes please", start);
  (void)impatient.check(start + 400ms);
  EXPECT_EQ(impatient.next_deadline(), start + 6s);
  EXPECT_EQ(told(impatient.check(start + 6s)), "quiet yes please.!1");
  EXPECT_FALSE(impatient.next_deadline());
}

TEST_F(carrier_words_test, closes_an_utterance_without_words_and_only_then) {
  EXPECT_EQ(told(ears.nothing(start)), "");
  (void)ears.partial("uh", start);
  EXPECT_EQ(told(ears.nothing(start + 5s)), "quiet .!1");
  EXPECT_EQ(told(ears.nothing(start + 6s)), "");
}

TEST_F(carrier_words_test, tells_of_speech_long_enough_to_ask_again_when_it_was_not_understood) {
  const auto events = ears.final("", true, start);
  EXPECT_EQ(told(events), "voice quiet .!x1");
  EXPECT_EQ(std::get<voice_changed>(events[0]).at, start - 1s);
}

} // namespace
} // namespace trunkline
