#include "protocol/speech/audio_readers.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/audio/wav.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

const raw_sound mulaw{.mulaw = true};
const raw_sound pcm24{.rate = 24000};

std::string refused(std::string_view type, const raw_sound& asked) {
  const auto reader = audio_reader_for("x", type, asked);
  return reader ? "" : reader.error().context;
}

TEST(audio_readers, only_the_sound_asked_for_is_read) {
  for (const char* type : {"audio/mulaw;rate=8000", "audio/basic", "Audio/X-Mulaw", "audio/PCMU"}) {
    EXPECT_EQ(refused(type, mulaw), "");
    EXPECT_EQ(refused(type, pcm24), ""); // needs no guess
  }
  EXPECT_EQ(refused("audio/pcm", pcm24), "");
  EXPECT_EQ(refused("audio/wav", mulaw), "");
  EXPECT_EQ(refused("application/octet-stream", {.rate = 24000, .opaque = true}), "");
  EXPECT_EQ(refused("application/octet-stream", pcm24),
            "x: answered with application/octet-stream instead of the sound asked for");
  EXPECT_EQ(refused("", pcm24), "x: answered with no content type instead of the sound asked for");
  for (const char* type : {"text/html", "application/json", "audio/mpeg", "audio/ogg", "audio/pcm"})
    EXPECT_NE(refused(type, mulaw), "") << type;
  EXPECT_NE(refused("audio/mpeg", pcm24), "");
  EXPECT_EQ(refused("audio/mpeg", {.mulaw = true, .any_type = true}), "");
  EXPECT_NE(refused("text/html", {.mulaw = true, .any_type = true}), "");
}

TEST(audio_readers, mulaw_goes_through_as_it_is) {
  auto reader = *audio_reader_for("x", "audio/basic", mulaw);
  EXPECT_EQ(*reader->feed("\x01\xff"), (std::vector<uint8_t>{1, 255}));
  EXPECT_TRUE(reader->end_of_body());
}

TEST(audio_readers, pcm_and_wav_become_mulaw) {
  auto reader = *audio_reader_for("x", "audio/pcm", pcm24);
  auto heard = *reader->feed(std::string(4800, '\0'));
  const auto rest = *reader->end_of_body();
  EXPECT_EQ(heard.size() + rest.size(), 800u);

  auto wav = *audio_reader_for("x", "audio/wav", mulaw);
  const auto file =
      write_wav_stereo(std::vector<int16_t>(22050), std::vector<int16_t>(22050), 22050);
  size_t bytes = 0;
  for (const char byte : file)
    bytes += wav->feed(std::string_view{&byte, 1})->size();
  bytes += wav->end_of_body()->size();
  EXPECT_EQ(bytes, 8000u);
}

TEST(audio_readers, no_sound_and_cut_sound_are_failures) {
  for (const char* type : {"audio/basic", "audio/pcm"}) {
    auto reader = *audio_reader_for("x", type, pcm24);
    const auto rest = reader->end_of_body();
    ASSERT_FALSE(rest);
    EXPECT_EQ(rest.error().context, "x: no sound came");
    EXPECT_TRUE(rest.error().retryable);
  }
  const auto file = write_wav_mono(std::vector<int16_t>(800), 8000);
  for (const size_t length : {size_t{0}, size_t{20}, file.size() - 1}) {
    auto reader = *audio_reader_for("x", "audio/wav", mulaw);
    EXPECT_TRUE(reader->feed(file.substr(0, length)));
    const auto rest = reader->end_of_body();
    ASSERT_FALSE(rest) << length;
    EXPECT_EQ(rest.error().kind, failure_kind::unreachable);
  }
}

TEST(audio_readers, the_first_failure_stays) {
  auto reader = *audio_reader_for("x", "audio/wav", mulaw);
  EXPECT_EQ(reader->feed("{\"error\":1}").error().context, "x: wav: not a RIFF file");
  const auto file = write_wav_mono(std::vector<int16_t>(800), 8000);
  EXPECT_EQ(reader->feed(file).error().context, "x: wav: not a RIFF file");
  EXPECT_EQ(reader->end_of_body().error().context, "x: wav: not a RIFF file");
}

TEST(audio_readers, a_wav_of_a_rate_that_makes_no_sense_is_refused) {
  auto file = write_wav_mono(std::vector<int16_t>(80), 8000);
  file[24] = 1; // 1 Hz
  file[25] = file[26] = file[27] = 0;
  auto reader = *audio_reader_for("x", "audio/wav", mulaw);
  EXPECT_FALSE(reader->feed(file));
}

} // namespace
} // namespace trunkline
