#include "bench/providers/spoken_input.hpp"

#include "protocol/audio/mulaw.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using sound = std::vector<uint8_t>;

/// Loud, and unlike that of any other seed.
sound babble(milliseconds length, unsigned seed) {
  std::mt19937 random{seed};
  sound out(static_cast<size_t>(length.count()) * 8);
  for (auto& byte : out)
    byte = mulaw_encode(static_cast<int16_t>(random() % 12000) - 6000);
  return out;
}

sound silence(milliseconds length) {
  return sound(static_cast<size_t>(length.count()) * 8, 0xff);
}

sound joined(const std::vector<sound>& parts) {
  sound out;
  for (const auto& part : parts)
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

std::optional<std::string> understood(const told_words& words, const sound& audio,
                                      size_t piece = 160) {
  spoken_input input{300ms};
  for (size_t at = 0; at < audio.size(); at += piece)
    input.feed({audio.data() + at, std::min(piece, audio.size() - at)});
  return words.recognise(input.prints());
}

TEST(told_words, are_taken_in_order_and_then_the_same_for_ever) {
  told_words words;
  EXPECT_EQ(words.take(), "");
  words.always_hears("yes");
  words.will_hear("one");
  words.will_hear("two");
  EXPECT_EQ(words.take(), "one");
  EXPECT_EQ(words.take(), "two");
  EXPECT_EQ(words.take(), "yes");
  EXPECT_EQ(words.take(), "yes");
}

TEST(told_words, audio_that_was_taught_is_understood_after_any_silence_of_whole_frames) {
  told_words words;
  const auto hello = babble(400ms, 1);
  words.learn(hello, "hello");
  for (const int frames : {0, 1, 7, 50})
    for (const size_t piece : {size_t{160}, size_t{80}, size_t{1600}, size_t{333}})
      EXPECT_EQ(understood(words, joined({silence(frames * 20ms), hello, silence(100ms)}), piece),
                "hello")
          << frames << " " << piece;
}

TEST(told_words, audio_that_was_not_taught_is_not_understood) {
  told_words words;
  EXPECT_EQ(understood(words, babble(400ms, 1)), std::nullopt);
  words.learn(babble(400ms, 1), "hello");
  EXPECT_EQ(understood(words, babble(400ms, 2)), std::nullopt);
  EXPECT_EQ(understood(words, silence(400ms)), std::nullopt);
}

TEST(told_words, texts_with_the_same_beginning_are_told_apart_once_they_differ) {
  told_words words;
  const auto beginning = babble(300ms, 1), first = babble(200ms, 2), second = babble(200ms, 3);
  words.learn(joined({beginning, first}), "I would like a cleaning");
  words.learn(joined({beginning, second}), "I would like a filling");
  EXPECT_EQ(understood(words, joined({beginning, first})), "I would like a cleaning");
  EXPECT_EQ(understood(words, joined({beginning, second})), "I would like a filling");
  EXPECT_TRUE(understood(words, beginning)); // one of the two
}

TEST(told_words, an_utterance_is_not_mixed_with_the_one_before_it) {
  told_words words;
  const auto first = babble(300ms, 1), second = babble(300ms, 2);
  words.learn(first, "one");
  words.learn(second, "two");
  EXPECT_EQ(understood(words, joined({first, silence(400ms), second})), "two");
}

TEST(spoken_input, a_voice_begins_with_two_loud_frames_and_ends_with_silence) {
  spoken_input input{300ms};
  const auto changes =
      input.feed(joined({silence(200ms), babble(20ms, 1), silence(100ms), babble(400ms, 2),
                         silence(280ms), babble(100ms, 3), silence(400ms)}));
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_TRUE(changes[0].voice);
  EXPECT_EQ(changes[0].at, 320ms); // the single frame before was a click
  EXPECT_FALSE(changes[1].voice);
  EXPECT_EQ(changes[1].at, 1100ms);
  EXPECT_EQ(input.voice_from(), 320ms);
  EXPECT_EQ(input.voice_to(), 1100ms);
  EXPECT_EQ(input.heard(), 1500ms);
  EXPECT_FALSE(input.voice());
}

TEST(words_so_far, grow_with_the_time_spoken) {
  const std::string text = "I would like a cleaning";
  EXPECT_EQ(words_so_far(text, 0ms, 1000ms), "");
  EXPECT_EQ(words_so_far(text, 500ms, 1000ms), "I would");
  EXPECT_EQ(words_so_far(text, 1000ms, 1000ms), text);
  EXPECT_EQ(words_so_far(text, 1ms, 0ms), text);
  EXPECT_EQ(words_so_far("", 1ms, 10ms), "");
}

} // namespace
} // namespace trunkline
