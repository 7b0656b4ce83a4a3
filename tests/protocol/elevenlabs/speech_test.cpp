#include "protocol/elevenlabs/speech.hpp"

#include "tests/protocol/speech/voice_testing.hpp"

namespace trunkline {
namespace {

TEST(elevenlabs_speech, asks_for_a_stream_of_mulaw) {
  const elevenlabs_speech codec{{.api_key = "KEY"}};
  const auto request = codec.request("ab/c d", "Your cleaning is booked.");
  EXPECT_EQ(request.target, "/v1/text-to-speech/ab%2Fc%20d/stream?output_format=ulaw_8000");
  EXPECT_EQ(request.headers,
            (testing::header_list{{"xi-api-key", "KEY"}, {"Content-Type", "application/json"}}));
  EXPECT_EQ(request.body, R"({"model_id":"eleven_flash_v2_5","text":"Your cleaning is booked."})");
}

TEST(elevenlabs_speech, settings_of_the_voice_are_sent_when_set_and_kept_in_range) {
  elevenlabs_speech_settings settings{.language = "en"};
  settings.voice = {.stability = 0.5, .similarity_boost = 7, .style = -1, .speed = 0.1};
  EXPECT_EQ(elevenlabs_speech{settings}.request("v", "x").body,
            R"({"language_code":"en","model_id":"eleven_flash_v2_5","text":"x","voice_settings":)"
            R"({"similarity_boost":1.0,"speed":0.7,"stability":0.5,"style":0.0}})");
  settings.model = "eleven_multilingual_v2"; // refuses a language
  settings.voice = {};
  EXPECT_EQ(elevenlabs_speech{settings}.request("v", "x").body,
            R"({"model_id":"eleven_multilingual_v2","text":"x"})");
}

TEST(elevenlabs_speech, plays_only_sound) {
  const elevenlabs_speech codec{{}};
  for (const char* type : {"audio/basic", "audio/mpeg", "audio/ulaw"})
    EXPECT_EQ(testing::mulaw_bytes(codec, type, std::string(80, '\x7f'), 7), 80u) << type;
  for (const char* type : {"text/html", "application/json", ""})
    EXPECT_EQ(testing::mulaw_bytes(codec, type, "{}", 7), 0u) << type;
}

TEST(elevenlabs_speech, refusals_come_in_three_shapes) {
  const testing::refusal cases[] = {
      {401, R"({"detail":{"status":"quota_exceeded","message":"No credits left."}})",
       failure_kind::quota, false, "elevenlabs: 401 quota_exceeded: No credits left."},
      {401, R"({"detail":{"status":"invalid_api_key","message":"Bad."}})",
       failure_kind::unauthorized, false, "elevenlabs: 401 invalid_api_key: Bad."},
      {401, R"({"detail":{"status":"detected_unusual_activity","message":"Free tier off."}})",
       failure_kind::quota, false, "elevenlabs: 401 detected_unusual_activity: Free tier off."},
      {400, R"({"detail":{"status":"voice_not_found","message":"None."}})", failure_kind::not_found,
       false, "elevenlabs: 400 voice_not_found: None."},
      {400, R"({"detail":{"status":"max_character_limit_exceeded","message":"Long."}})",
       failure_kind::too_large, false, "elevenlabs: 400 max_character_limit_exceeded: Long."},
      {403, R"({"detail":{"status":"only_for_creator+","message":"Pay."}})",
       failure_kind::unauthorized, false, "elevenlabs: 403 only_for_creator+: Pay."},
      {422, R"({"detail":[{"loc":["body","text"],"msg":"field required","type":"missing"}]})",
       failure_kind::bad_input, false, "elevenlabs: 422 missing: body.text: field required"},
      {404, R"({"detail":"Not Found"})", failure_kind::not_found, false,
       "elevenlabs: 404 Not Found"},
      {429, R"({"detail":{"status":"too_many_concurrent_requests","message":"Wait."}})",
       failure_kind::overloaded, true, "elevenlabs: 429 too_many_concurrent_requests: Wait."},
      {429, R"({"detail":{"status":"system_busy","message":"Busy."}})", failure_kind::overloaded,
       true, "elevenlabs: 429 system_busy: Busy."},
      {500, "", failure_kind::unavailable, true, "elevenlabs: 500"},
  };
  testing::expect_refusals(elevenlabs_speech{{}}, cases);
}

} // namespace
} // namespace trunkline
