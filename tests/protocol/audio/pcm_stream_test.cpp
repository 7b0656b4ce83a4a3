#include "protocol/audio/pcm_stream.hpp"

#include "protocol/audio/mulaw.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace trunkline {
namespace {

std::string tone(double hz, uint32_t rate, size_t frames, unsigned channels = 1) {
  std::string bytes;
  for (size_t i = 0; i < frames; ++i)
    for (unsigned c = 0; c < channels; ++c) {
      const auto sample = static_cast<int16_t>(
          10000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
      bytes += static_cast<char>(sample & 0xff);
      bytes += static_cast<char>((sample >> 8) & 0xff);
    }
  return bytes;
}

std::vector<uint8_t> convert(const std::string& bytes, uint32_t rate, unsigned channels,
                             size_t at_once) {
  auto converter = pcm_to_mulaw::make(rate, channels);
  EXPECT_TRUE(converter);
  std::vector<uint8_t> all;
  for (size_t at = 0; at < bytes.size(); at += at_once) {
    const auto part = converter->feed(std::string_view{bytes}.substr(at, at_once));
    EXPECT_TRUE(part);
    all.insert(all.end(), part->begin(), part->end());
  }
  const auto rest = converter->finish();
  EXPECT_TRUE(rest);
  all.insert(all.end(), rest->begin(), rest->end());
  return all;
}

double power(const std::vector<uint8_t>& mulaw) {
  double sum = 0;
  for (const auto byte : mulaw)
    sum += std::pow(mulaw_decode(byte), 2);
  return std::sqrt(sum / static_cast<double>(mulaw.size()));
}

TEST(pcm_stream, a_tone_keeps_its_length_phase_and_loudness_at_every_rate) {
  for (const uint32_t rate : {8000u, 11025u, 16000u, 22050u, 24000u, 44100u, 48000u}) {
    const auto heard = convert(tone(440, rate, rate), rate, 1, 4096);
    ASSERT_EQ(heard.size(), 8000u) << rate;
    for (size_t i = 200; i < 7800; ++i) {
      const auto expected =
          10000 * std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / 8000);
      ASSERT_NEAR(mulaw_decode(heard[i]), expected, 450) << rate << " at " << i;
    }
  }
}

TEST(pcm_stream, what_8000_hz_cannot_carry_is_filtered_out) {
  EXPECT_LT(power(convert(tone(6000, 24000, 24000), 24000, 1, 4096)), 100);
  EXPECT_LT(power(convert(tone(9000, 48000, 48000), 48000, 1, 4096)), 100);
  EXPECT_GT(power(convert(tone(3000, 24000, 24000), 24000, 1, 4096)), 6500);
}

TEST(pcm_stream, it_does_not_matter_where_the_stream_is_cut) {
  const auto mono = tone(440, 24000, 3000);
  const auto whole = convert(mono, 24000, 1, mono.size());
  for (const size_t at_once : {1u, 3u, 7u, 511u})
    EXPECT_EQ(convert(mono, 24000, 1, at_once), whole) << at_once;
  const auto stereo = tone(440, 22050, 3000, 2);
  const auto whole_stereo = convert(stereo, 22050, 2, stereo.size());
  for (const size_t at_once : {1u, 3u, 5u})
    EXPECT_EQ(convert(stereo, 22050, 2, at_once), whole_stereo) << at_once;
}

TEST(pcm_stream, channels_are_averaged) {
  const std::string left_only("\x10\x27\x00\x00", 4); // 10000 and 0
  const auto heard = convert(left_only, 8000, 2, 4);
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_NEAR(mulaw_decode(heard[0]), 5000, 150);
}

TEST(pcm_stream, half_a_sample_at_the_end_is_dropped_and_nothing_gives_nothing) {
  EXPECT_EQ(convert("\x01", 8000, 1, 1).size(), 0u);
  EXPECT_EQ(convert(std::string(5, '\0'), 8000, 1, 5).size(), 2u);
  EXPECT_EQ(convert("", 24000, 1, 1).size(), 0u);
  EXPECT_EQ(convert(std::string(6, '\0'), 24000, 1, 6).size(), 1u);
}

TEST(pcm_stream, finishing_twice_gives_nothing_more) {
  auto converter = pcm_to_mulaw::make(24000);
  converter->feed(tone(440, 24000, 2400));
  EXPECT_GT(converter->finish()->size(), 0u);
  EXPECT_EQ(converter->finish()->size(), 0u);
}

TEST(pcm_stream, refuses_formats_that_make_no_sense) {
  for (const auto& [rate, channels] :
       {std::pair{0u, 1u}, {999u, 1u}, {192001u, 1u}, {8000u, 0u}, {8000u, 9u}})
    EXPECT_EQ(pcm_to_mulaw::make(rate, channels).error().kind, failure_kind::bad_input);
}

} // namespace
} // namespace trunkline
