#include "protocol/audio/resample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace trunkline {
namespace {

std::vector<int16_t> tone(double hz, uint32_t rate, size_t count) {
  std::vector<int16_t> samples(count);
  for (size_t i = 0; i < count; ++i)
    samples[i] = static_cast<int16_t>(
        10000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
  return samples;
}

double power(const std::vector<int16_t>& samples) {
  double sum = 0;
  for (double sample : samples)
    sum += sample * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

TEST(resample, keeps_the_length_in_time_and_the_phase_of_a_tone) {
  const auto narrow = resample(tone(440, 16000, 16000), 16000, 8000);
  ASSERT_TRUE(narrow);
  const auto expected = tone(440, 8000, 8000);
  ASSERT_EQ(narrow->size(), expected.size());
  for (size_t i = 200; i < 7800; ++i)
    ASSERT_NEAR((*narrow)[i], expected[i], 200) << i;
}

TEST(resample, takes_away_what_the_lower_rate_cannot_carry) {
  const auto narrow = resample(tone(6000, 16000, 16000), 16000, 8000);
  ASSERT_TRUE(narrow);
  EXPECT_LT(power(*narrow), 100);
}

TEST(resample, odd_ratios_and_tiny_sounds_have_the_expected_length) {
  EXPECT_EQ(resample(tone(300, 22050, 22050), 22050, 8000)->size(), 8000u);
  EXPECT_EQ(resample(tone(300, 8000, 8), 8000, 16000)->size(), 16u);
  EXPECT_TRUE(resample({}, 16000, 8000)->empty());
  EXPECT_EQ(*resample(tone(300, 8000, 80), 8000, 8000), tone(300, 8000, 80));
}

TEST(resample, refuses_rates_that_make_no_sense) {
  EXPECT_EQ(resample({}, 0, 8000).error().kind, failure_kind::bad_input);
  EXPECT_EQ(resample({}, 8000, 4000000000u).error().kind, failure_kind::bad_input);
}

TEST(resample, doubling_says_each_sample_twice) {
  EXPECT_EQ(doubled(std::vector<int16_t>{1, -2}), (std::vector<int16_t>{1, 1, -2, -2}));
}

} // namespace
} // namespace trunkline
