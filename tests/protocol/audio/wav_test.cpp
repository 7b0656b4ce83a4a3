#include "protocol/audio/wav.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkline {
namespace {

using namespace std::string_literals;

const std::string format_mono_8k =
    "fmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0"s;

std::string file_of(const std::string& chunks) {
  return "RIFF\0\0\0\0WAVE"s + chunks;
}

TEST(wav, what_is_written_mono_is_read_back) {
  const std::vector<int16_t> samples = {0, 1, -1, 32767, -32768};
  const auto audio = read_wav(write_wav_mono(samples, 16000));
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->rate, 16000u);
  EXPECT_EQ(audio->channels, 1);
  EXPECT_EQ(audio->samples, samples);
}

TEST(wav, stereo_fills_the_shorter_side_with_silence) {
  const std::vector<int16_t> left = {1, 2, 3}, right = {-1};
  const auto audio = read_wav(write_wav_stereo(left, right, 8000));
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->channels, 2);
  EXPECT_EQ(audio->samples, (std::vector<int16_t>{1, -1, 2, 0, 3, 0}));
  EXPECT_EQ(mixed_down(*audio), (std::vector<int16_t>{0, 1, 1}));
}

TEST(wav, the_head_has_the_layout_every_player_expects) {
  const auto bytes = write_wav_mono(std::vector<int16_t>{258}, 8000);
  EXPECT_EQ(bytes, "RIFF\x26\0\0\0WAVE"s + format_mono_8k + "data\x02\0\0\0\x02\x01"s);
}

TEST(wav, unknown_chunks_of_odd_length_are_skipped) {
  const auto audio =
      read_wav(file_of("LIST\x03\0\0\0abc\0"s + format_mono_8k + "data\x02\0\0\0\x05\0"s));
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->samples, std::vector<int16_t>{5});
}

TEST(wav, a_stream_of_unknown_length_is_read_to_its_end) {
  for (const auto& size : {"\0\0\0\0"s, "\xff\xff\xff\xff"s, "\x40\0\0\0"s}) {
    const auto audio = read_wav(file_of(format_mono_8k + "data" + size + "\x01\0\x02\0\x03"s));
    ASSERT_TRUE(audio);
    EXPECT_EQ(audio->samples, (std::vector<int16_t>{1, 2})); // the half sample is dropped
  }
}

TEST(wav, mulaw_and_eight_bit_files_are_understood) {
  auto format = format_mono_8k;
  format[8] = 7;
  format[22] = 8;
  const auto mulaw = read_wav(file_of(format + "data\x02\0\0\0\xff\x80"s));
  ASSERT_TRUE(mulaw);
  EXPECT_EQ(mulaw->samples, (std::vector<int16_t>{0, 32124}));
  format[8] = 1;
  const auto eight = read_wav(file_of(format + "data\x02\0\0\0\x80\x81"s));
  ASSERT_TRUE(eight);
  EXPECT_EQ(eight->samples, (std::vector<int16_t>{0, 256}));
}

TEST(wav, hostile_files_are_failures_not_crashes) {
  auto many_channels = format_mono_8k;
  many_channels[10] = 99;
  auto no_rate = format_mono_8k;
  no_rate[12] = no_rate[13] = 0;
  const std::string bad[] = {"",
                             "RIFF",
                             "RIFF\0\0\0\0AVI "s,
                             file_of(""),
                             file_of("data\x02\0\0\0\x01\0"s),
                             file_of("fmt \x04\0\0\0\x01\0\x01\0"s),
                             file_of("fmt \xff\xff\xff\x7f\x01\0"s),
                             file_of("LIST\xff\xff\xff\xff"s),
                             file_of(many_channels + "data\0\0\0\0"s),
                             file_of(no_rate + "data\0\0\0\0"s)};
  for (const auto& bytes : bad) {
    const auto audio = read_wav(bytes);
    ASSERT_FALSE(audio) << bytes.size();
    EXPECT_EQ(audio.error().kind, failure_kind::bad_input);
    EXPECT_FALSE(audio.error().retryable);
  }
}

TEST(wav, every_truncation_of_a_good_file_is_harmless) {
  const auto whole =
      write_wav_stereo(std::vector<int16_t>(40, 7), std::vector<int16_t>(40, 9), 8000);
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto audio = read_wav(std::string_view{whole}.substr(0, size));
    EXPECT_EQ(bool{audio}, size >= 44) << size;
  }
}

} // namespace
} // namespace trunkline
