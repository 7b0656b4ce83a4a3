#include "protocol/audio/mulaw.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

namespace trunkline {
namespace {

TEST(mulaw, decodes_the_corners_of_the_standard) {
  EXPECT_EQ(mulaw_decode(uint8_t{0x00}), -32124);
  EXPECT_EQ(mulaw_decode(uint8_t{0x80}), 32124);
  EXPECT_EQ(mulaw_decode(uint8_t{0xff}), 0);
  EXPECT_EQ(mulaw_decode(uint8_t{0x7f}), 0);
  EXPECT_EQ(mulaw_decode(uint8_t{0xfe}), 8);
  EXPECT_EQ(mulaw_decode(uint8_t{0x70}), -120);
}

TEST(mulaw, encodes_the_corners_of_the_standard) {
  const std::pair<int, int> golden[] = {{0, 0xff},      {-1, 0x7f},   {8, 0xfe},    {32767, 0x80},
                                        {-32768, 0x00}, {1000, 0xce}, {-1000, 0x4e}};
  for (auto [sample, byte] : golden)
    EXPECT_EQ(mulaw_encode(static_cast<int16_t>(sample)), byte) << sample;
}

TEST(mulaw, every_code_survives_a_round_trip_except_the_second_zero) {
  for (int code = 0; code < 256; ++code) {
    const auto byte = static_cast<uint8_t>(code);
    EXPECT_EQ(mulaw_encode(mulaw_decode(byte)), byte == 0x7f ? 0xff : byte);
  }
}

TEST(mulaw, no_sample_is_off_by_more_than_half_a_step) {
  for (int sample = -32768; sample <= 32767; ++sample) {
    const int back = mulaw_decode(mulaw_encode(static_cast<int16_t>(sample)));
    const int allowed = std::abs(sample) / 32 + 8 + (std::abs(sample) > 32124 ? 650 : 0);
    ASSERT_LE(std::abs(back - sample), allowed) << sample;
  }
}

} // namespace
} // namespace trunkline
