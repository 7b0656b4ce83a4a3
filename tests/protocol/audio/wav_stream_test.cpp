#include "protocol/audio/wav_stream.hpp"

#include "protocol/audio/wav.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

std::string number(uint32_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i)
    out += static_cast<char>((value >> (8 * i)) & 0xff);
  return out;
}

std::string chunk(const std::string& id, const std::string& content) {
  return id + number(static_cast<uint32_t>(content.size()), 4) + content +
         std::string(content.size() & 1, '\0');
}

std::string format(uint32_t tag, uint32_t channels, uint32_t rate, uint32_t bits) {
  return chunk("fmt ", number(tag, 2) + number(channels, 2) + number(rate, 4) +
                           number(rate * channels * bits / 8, 4) + number(channels * bits / 8, 2) +
                           number(bits, 2));
}

std::string riff(const std::string& chunks) {
  return "RIFF" + number(0xffffffff, 4) + "WAVE" + chunks;
}

// All the sound of a file that arrives in pieces; "!" and the failure when it is refused.
std::string sound_of(const std::string& file, size_t at_once) {
  wav_stream wav;
  std::string sound;
  for (size_t at = 0; at < file.size(); at += at_once) {
    const auto part = wav.feed(std::string_view{file}.substr(at, at_once));
    if (!part)
      return "!" + part.error().context;
    sound += *part;
  }
  return sound;
}

TEST(wav_stream, gives_the_same_sound_wherever_the_file_is_cut) {
  const auto file = riff(chunk("LIST", "odd") + format(1, 2, 22050, 16) + chunk("fact", "1234") +
                         chunk("data", "soundofit") + chunk("id3 ", "tag"));
  for (size_t at_once = 1; at_once <= file.size(); ++at_once)
    EXPECT_EQ(sound_of(file, at_once), "soundofit") << at_once;
}

TEST(wav_stream, the_head_is_known_with_the_first_sound) {
  wav_stream wav;
  const auto file = riff(format(1, 1, 24000, 16)) + "data" + number(0, 4);
  EXPECT_TRUE(wav.feed(file.substr(0, file.size() - 1)));
  EXPECT_FALSE(wav.head());
  EXPECT_EQ(*wav.feed(file.substr(file.size() - 1)), "");
  ASSERT_TRUE(wav.head());
  EXPECT_EQ(wav.head()->rate, 24000u);
  EXPECT_EQ(wav.head()->channels, 1u);
  EXPECT_EQ(wav.head()->bits, 16u);
  EXPECT_EQ(*wav.feed("abcd"), "abcd");
}

TEST(wav_stream, bogus_lengths_mean_up_to_the_end) {
  for (const uint32_t length : {0u, 0xffffffffu, 0xffffffffu - 44, 0x7fffffffu}) {
    const auto file = riff(format(1, 1, 24000, 16)) + "data" + number(length, 4) + "all of it";
    EXPECT_EQ(sound_of(file, 7), "all of it") << length;
    wav_stream wav;
    wav.feed(file);
    EXPECT_FALSE(wav.is_cut());
  }
}

TEST(wav_stream, knows_when_sound_is_missing) {
  wav_stream wav;
  const auto file = riff(format(1, 1, 24000, 16)) + "data" + number(10, 4);
  wav.feed(file + "12345678");
  EXPECT_TRUE(wav.is_cut());
  EXPECT_EQ(*wav.feed("90tail"), "90");
  EXPECT_FALSE(wav.is_cut());
  EXPECT_EQ(*wav.feed("tail"), "");
}

TEST(wav_stream, reads_what_our_own_writer_writes) {
  const auto file = write_wav_mono(std::vector<int16_t>{1, -2, 300}, 16000);
  EXPECT_EQ(sound_of(file, 5), std::string("\x01\x00\xfe\xff\x2c\x01", 6));
}

TEST(wav_stream, extensible_and_mulaw_heads_are_known) {
  auto extensible = number(0xfffe, 2) + number(1, 2) + number(48000, 4) + number(96000, 4) +
                    number(2, 2) + number(16, 2) + number(22, 2) + number(16, 2) + number(4, 4) +
                    number(1, 2) + std::string(14, '\0');
  EXPECT_EQ(sound_of(riff(chunk("fmt ", extensible) + chunk("data", "ab")), 3), "ab");
  wav_stream wav;
  wav.feed(riff(format(7, 1, 8000, 8) + chunk("data", "ab")));
  ASSERT_TRUE(wav.head());
  EXPECT_TRUE(wav.head()->mulaw);
}

TEST(wav_stream, what_is_no_such_file_is_refused) {
  const std::pair<std::string, const char*> cases[] = {
      {"<html>", "!wav: not a RIFF file"},
      {"RIFX", "!wav: not a RIFF file"},
      {"RIFF1234AVI ", "!wav: a RIFF file, but not of sound"},
      {riff(chunk("data", "ab")), "!wav: the data comes before its format"},
      {riff(chunk("fmt ", "short")), "!wav: the format chunk is shorter than 16 bytes"},
      {riff(format(3, 1, 8000, 32)), "!wav: format 3 with 32 bits; PCM of 16 bit is needed"},
      {riff(format(1, 1, 8000, 8)), "!wav: format 1 with 8 bits; PCM of 16 bit is needed"},
      {riff("LIST" + number(70000, 4)), "!wav: a chunk of 70000 bytes before the sound"},
      {riff(chunk("a   ", std::string(65000, ' ')) + chunk("b   ", std::string(65000, ' '))),
       "!wav: no sound within 65536 bytes"},
      {riff(""), ""},
      {"RI", ""},
  };
  for (const auto& [file, expected] : cases)
    EXPECT_EQ(sound_of(file, 1000), expected);
}

} // namespace
} // namespace trunkline
