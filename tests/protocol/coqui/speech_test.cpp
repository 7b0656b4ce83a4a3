#include "protocol/coqui/speech.hpp"

#include "protocol/audio/wav.hpp"
#include "tests/protocol/speech/voice_testing.hpp"

namespace trunkline {
namespace {

TEST(coqui_speech, a_short_sentence_is_in_the_address) {
  const coqui_speech codec{{}};
  const auto request = codec.request("p225", "You + I \xC3\xBC");
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/api/tts?text=You%20%2B%20I%20%C3%BC&speaker_id=p225&language_id=");
  EXPECT_TRUE(request.headers.empty());
  EXPECT_TRUE(request.body.empty());
}

TEST(coqui_speech, a_long_one_is_a_form) {
  const coqui_speech codec{{.language = "en"}};
  const auto request = codec.request("", std::string(2000, 'a'));
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/api/tts");
  EXPECT_EQ(request.headers,
            (testing::header_list{{"Content-Type", "application/x-www-form-urlencoded"}}));
  EXPECT_EQ(request.body, "text=" + std::string(2000, 'a') + "&speaker_id=&language_id=en");
}

TEST(coqui_speech, any_rate_of_one_or_two_channels_becomes_mulaw) {
  const coqui_speech codec{{}};
  for (const uint32_t rate : {8000u, 16000u, 22050u, 24000u, 48000u}) {
    const std::vector<int16_t> second(rate);
    for (const size_t at_once : {1u, 1000u}) {
      EXPECT_EQ(testing::mulaw_bytes(codec, "audio/wav", write_wav_mono(second, rate), at_once),
                8000u);
      EXPECT_EQ(testing::mulaw_bytes(codec, "audio/x-wav", write_wav_stereo(second, second, rate),
                                     at_once),
                8000u);
    }
  }
  EXPECT_EQ(testing::mulaw_bytes(codec, "text/html", "<html>", 1000), 0u);
}

TEST(coqui_speech, an_error_page_is_told_by_its_title) {
  const testing::refusal cases[] = {
      {500, "<!doctype html><html><title>500 Internal Server Error</title>",
       failure_kind::unavailable, true, "coqui: 500 500 Internal Server Error"},
      {404, "", failure_kind::not_found, false, "coqui: 404"},
  };
  testing::expect_refusals(coqui_speech{{}}, cases);
}

} // namespace
} // namespace trunkline
