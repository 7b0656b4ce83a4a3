#include "infra/speech/voice_activity.hpp"

#include "infra/speech/flite_voice.hpp"
#include "protocol/audio/mulaw.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace trunkline {
namespace {

using std::chrono::milliseconds;
using sound = std::vector<uint8_t>;

sound noise(int amplitude, size_t ms) {
  std::mt19937 random{7};
  std::uniform_int_distribution<int> any{-amplitude, amplitude};
  sound out(ms * 8);
  for (auto& byte : out)
    byte = mulaw_encode(static_cast<int16_t>(any(random)));
  return out;
}

sound speech(int gain_percent = 100) {
  auto out = *synthesize_mulaw("rms", "I would like to book a cleaning");
  for (auto& byte : out)
    byte = mulaw_encode(static_cast<int16_t>(mulaw_decode(byte) * gain_percent / 100));
  return out;
}

sound operator+(sound left, const sound& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

std::vector<voice_event> fed(voice_activity& voice, const sound& bytes, size_t step = 160) {
  std::vector<voice_event> all;
  for (size_t at = 0; at < bytes.size(); at += step) {
    const auto some = voice.feed({bytes.data() + at, std::min(step, bytes.size() - at)});
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST(voice_activity, a_sentence_in_silence_starts_and_ends_where_it_is) {
  voice_activity voice{{}};
  const auto spoken = speech();
  const auto length = milliseconds{spoken.size() / 8};
  const auto events = fed(voice, noise(8, 1000) + spoken + noise(8, 1000));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].what, voice_event::kind::started);
  EXPECT_NEAR(static_cast<double>(events[0].at.count()), 1000, 150);
  EXPECT_EQ(events[0].noticed - events[0].at, milliseconds{60});
  EXPECT_EQ(events[1].what, voice_event::kind::ended);
  EXPECT_NEAR(static_cast<double>(events[1].at.count()), static_cast<double>(1000 + length.count()),
              250);
  EXPECT_EQ(events[1].noticed - events[1].at, milliseconds{200});
}

TEST(voice_activity, the_cut_of_the_frames_does_not_matter) {
  const auto bytes = noise(8, 500) + speech() + noise(8, 500);
  voice_activity whole{{}}, odd{{}}, all_at_once{{}};
  const auto expected = fed(whole, bytes);
  ASSERT_FALSE(expected.empty());
  for (const auto& events : {fed(odd, bytes, 37), fed(all_at_once, bytes, bytes.size())}) {
    ASSERT_EQ(events.size(), expected.size());
    for (size_t i = 0; i < events.size(); ++i)
      EXPECT_EQ(events[i].at, expected[i].at);
  }
}

TEST(voice_activity, silence_noise_and_clicks_are_no_speech) {
  voice_activity voice{{}};
  EXPECT_TRUE(fed(voice, sound(8000 * 3, mulaw_silence)).empty());
  EXPECT_TRUE(fed(voice, noise(90, 5000)).empty());
  auto click = noise(20, 500);
  std::fill(click.begin() + 800, click.begin() + 960, uint8_t{0x80});
  EXPECT_TRUE(fed(voice, click).empty());
}

TEST(voice_activity, the_noise_floor_follows_a_loud_line_and_speech_is_still_found) {
  voice_activity voice{{}};
  const auto before = fed(voice, noise(500, 10000));
  EXPECT_GT(voice.noise_floor(), 150);
  auto mixed = noise(500, 3000);
  const auto spoken = speech();
  for (size_t i = 0; i < spoken.size() && i + 4000 < mixed.size(); ++i)
    mixed[i + 4000] =
        mulaw_encode(static_cast<int16_t>(mulaw_decode(mixed[i + 4000]) + mulaw_decode(spoken[i])));
  const auto events = fed(voice, mixed);
  ASSERT_GE(events.size(), 1u);
  EXPECT_NEAR(static_cast<double>(events[0].at.count()), 10500, 250);
}

TEST(voice_activity, only_a_voice_well_above_the_noise_is_strong) {
  voice_activity loud{{}}, quiet{{}};
  bool loud_seen = false, quiet_seen = false;
  const auto near = noise(8, 500) + speech(), far = noise(8, 500) + speech(3);
  for (size_t at = 0; at + 160 <= near.size(); at += 160) {
    loud.feed({near.data() + at, 160});
    loud_seen |= loud.strong();
    quiet.feed({far.data() + at, 160});
    quiet_seen |= quiet.strong();
  }
  EXPECT_TRUE(loud_seen);
  EXPECT_GT(loud.strong_voice(), milliseconds{350});
  EXPECT_FALSE(quiet_seen);
}

TEST(voice_activity, a_longer_voice_stop_bridges_a_pause) {
  const auto bytes = noise(8, 300) + speech() + noise(8, 300) + speech() + noise(8, 1500);
  voice_activity strict{{}}, patient{{milliseconds{60}, milliseconds{800}}};
  EXPECT_EQ(fed(strict, bytes).size(), 4u);
  EXPECT_EQ(fed(patient, bytes).size(), 2u);
}

} // namespace
} // namespace trunkline
