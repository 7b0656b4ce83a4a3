#include "bench/carrier/virtual_ear.hpp"

#include "protocol/audio/mulaw.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using names = std::vector<std::string>;

std::vector<uint8_t> tone(std::chrono::milliseconds length) {
  std::vector<uint8_t> audio(static_cast<size_t>(length.count()) * mulaw_bytes_per_ms);
  for (size_t i = 0; i < audio.size(); ++i)
    audio[i] = mulaw_encode(i / 8 % 2 == 0 ? 8000 : -8000);
  return audio;
}

std::vector<uint8_t> silence(std::chrono::milliseconds length) {
  return std::vector<uint8_t>(static_cast<size_t>(length.count()) * mulaw_bytes_per_ms,
                              mulaw_silence);
}

TEST(virtual_ear_test, echoes_a_mark_when_what_was_sent_before_it_has_been_played) {
  virtual_ear ear;
  ear.play(tone(100ms), 1000ms);
  EXPECT_EQ(ear.mark("a", 1000ms), names{});
  ear.play(tone(50ms), 1010ms);
  EXPECT_EQ(ear.mark("b", 1010ms), names{});
  EXPECT_EQ(ear.advance(1099ms), names{});
  EXPECT_EQ(ear.advance(1100ms), names{"a"});
  EXPECT_EQ(ear.ahead(), 50ms);
  EXPECT_EQ(ear.advance(1149ms), names{});
  EXPECT_EQ(ear.advance(1200ms), names{"b"});
  EXPECT_EQ(ear.mark("nothing before it", 1300ms), names{"nothing before it"});
}

TEST(virtual_ear_test, audio_after_a_pause_starts_when_it_arrives) {
  virtual_ear ear;
  ear.play(tone(20ms), 0ms);
  (void)ear.advance(500ms);
  ear.play(tone(100ms), 500ms);
  EXPECT_EQ(ear.mark("x", 500ms), names{});
  EXPECT_EQ(ear.advance(599ms), names{});
  EXPECT_EQ(ear.advance(600ms), names{"x"});
}

TEST(virtual_ear_test, clear_drops_the_rest_and_gives_all_marks_back_in_order) {
  virtual_ear ear;
  ear.play(tone(1000ms), 0ms);
  (void)ear.mark("a", 0ms);
  ear.play(tone(1000ms), 0ms);
  (void)ear.mark("b", 0ms);
  EXPECT_EQ(ear.clear(200ms), (names{"a", "b"}));
  EXPECT_EQ(ear.ahead(), 0ms);
  (void)ear.advance(1000ms);
  ASSERT_EQ(ear.utterances().size(), 1u);
  EXPECT_EQ(ear.utterances()[0].to, 200ms);
  ear.play(tone(100ms), 1000ms); // what comes after a clear is played
  EXPECT_EQ(ear.mark("c", 1000ms), names{});
  EXPECT_EQ(ear.advance(1100ms), names{"c"});
}

TEST(virtual_ear_test, knows_when_speech_was_heard_and_joins_short_pauses) {
  virtual_ear ear;
  ear.play(silence(200ms), 0ms);
  ear.play(tone(100ms), 0ms);
  ear.play(silence(200ms), 0ms);
  ear.play(tone(100ms), 0ms);
  ear.play(silence(400ms), 0ms);
  ear.play(tone(60ms), 0ms);
  (void)ear.advance(2000ms);
  ASSERT_EQ(ear.utterances().size(), 2u);
  EXPECT_EQ(ear.utterances()[0].from, 200ms);
  EXPECT_EQ(ear.utterances()[0].to, 600ms);
  EXPECT_EQ(ear.utterances()[1].from, 1000ms);
  EXPECT_EQ(ear.last_heard(), 1060ms);
}

TEST(virtual_ear_test, hears_the_same_in_whatever_steps_time_passes) {
  for (const auto step : {1ms, 7ms, 20ms, 33ms, 250ms}) {
    virtual_ear ear{true};
    ear.play(tone(130ms), 45ms);
    for (media_time at = 45ms; at < 1000ms; at += step)
      (void)ear.advance(at);
    (void)ear.advance(1000ms);
    ASSERT_EQ(ear.utterances().size(), 1u) << step.count();
    EXPECT_EQ(ear.utterances()[0].from, 45ms);
    EXPECT_EQ(ear.utterances()[0].to, 175ms);
    ASSERT_EQ(ear.heard().size(), 8000u);
    EXPECT_EQ(ear.heard()[45 * 8 - 1], mulaw_silence);
    EXPECT_EQ(ear.heard()[45 * 8], tone(1ms)[0]);
  }
}

TEST(virtual_ear_test, counts_holes_in_the_middle_of_speech_and_nothing_else) {
  virtual_ear ear;
  ear.play(tone(100ms), 0ms);
  ear.play(tone(100ms), 110ms); // jitter
  EXPECT_TRUE(ear.gaps().empty());
  ear.play(tone(100ms), 250ms); // 40 ms too late
  ASSERT_EQ(ear.gaps().size(), 1u);
  EXPECT_EQ(ear.gaps()[0].from, 210ms);
  EXPECT_EQ(ear.gaps()[0].to, 250ms);
  ear.play(silence(60ms), 350ms); // a pause of the speaker's own, then another
  ear.play(tone(20ms), 500ms);
  (void)ear.advance(510ms);
  (void)ear.clear(510ms); // cut off by the server
  ear.play(tone(100ms), 600ms);
  ear.play(tone(100ms), 1500ms); // a new utterance
  EXPECT_EQ(ear.gaps().size(), 1u);
}

TEST(virtual_ear_test, silence_and_line_noise_are_not_speech) {
  EXPECT_FALSE(is_audible(silence(20ms)));
  EXPECT_FALSE(is_audible({}));
  std::vector<uint8_t> noise(160);
  for (size_t i = 0; i < noise.size(); ++i)
    noise[i] = mulaw_encode(i % 2 ? 40 : -40);
  EXPECT_FALSE(is_audible(noise));
  EXPECT_TRUE(is_audible(tone(20ms)));
}

} // namespace
} // namespace trunkline
