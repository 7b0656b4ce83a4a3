#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/wav.hpp"

#include <gtest/gtest.h>

using namespace trunkline;

TEST(mulaw_wav, has_a_header_of_one_length_that_our_reader_takes) {
  std::string sound;
  for (int i = 0; i < 200; ++i) {
    sound += static_cast<char>(mulaw_encode(1000));
    sound += static_cast<char>(mulaw_encode(-1000));
  }
  const auto header = wav_header_mulaw_stereo(static_cast<uint32_t>(sound.size()));
  ASSERT_EQ(header.size(), wav_header_mulaw_bytes);
  const auto read = read_wav(header + sound);
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(read->channels, 2u);
  EXPECT_EQ(read->rate, 8000u);
  ASSERT_EQ(read->samples.size(), 400u);
  EXPECT_GT(read->samples[0], 900);
  EXPECT_LT(read->samples[1], -900);
}
