#include "protocol/openai/speech.hpp"

#include "protocol/text/json.hpp"
#include "tests/protocol/speech/voice_testing.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

TEST(openai_speech, asks_for_pcm) {
  const openai_speech codec{{.api_key = "KEY"}};
  const auto request = codec.request("alloy", "Hello.");
  EXPECT_EQ(request.target, "/audio/speech");
  EXPECT_EQ(request.headers, (testing::header_list{{"Authorization", "Bearer KEY"},
                                                   {"Content-Type", "application/json"}}));
  EXPECT_EQ(request.body, R"({"input":"Hello.","model":"gpt-4o-mini-tts","response_format":"pcm",)"
                          R"("voice":"alloy"})");
}

TEST(openai_speech, sends_only_what_a_model_knows) {
  openai_speech_settings settings{.model = "tts-1", .instructions = "Speak softly.", .speed = 9};
  auto body = *parse_json(openai_speech{settings}.request("nova", "x").body, "x");
  EXPECT_FALSE(body.contains("instructions"));
  EXPECT_EQ(body["speed"], 4.0);
  settings.model = "gpt-4o-mini-tts";
  body = *parse_json(openai_speech{settings}.request("nova", "x").body, "x");
  EXPECT_EQ(body["instructions"], "Speak softly.");
  // No key, no header: local servers.
  EXPECT_EQ(openai_speech{settings}.request("nova", "x").headers.size(), 1u);
}

TEST(openai_speech, one_second_of_24000_hz_is_one_second_of_mulaw) {
  const openai_speech codec{{}};
  const std::string second(48000, '\x01');
  for (const size_t at_once : {1u, 999u, 48000u})
    EXPECT_EQ(testing::mulaw_bytes(codec, "audio/pcm", second, at_once), 8000u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "application/octet-stream", second, 4096), 8000u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "text/html", second, 4096), 0u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "audio/mpeg", second, 4096), 0u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "audio/pcm", "", 4096), 0u);
}

TEST(openai_speech, refusals_have_kinds) {
  const testing::refusal cases[] = {
      {429,
       R"({"error":{"message":"Pay.","type":"insufficient_quota","code":"insufficient_quota"}})",
       failure_kind::quota, false, "openai: 429 insufficient_quota: Pay."},
      {429, R"({"error":{"message":"Slow.","type":"requests","code":"rate_limit_exceeded"}})",
       failure_kind::rate_limited, true, "openai: 429 rate_limit_exceeded: Slow."},
      {401, R"({"error":{"message":"No.","code":"invalid_api_key"}})", failure_kind::unauthorized,
       false, "openai: 401 invalid_api_key: No."},
      {400, R"({"detail":{"error":"invalid_model","message":"None.","type":"x"}})",
       failure_kind::not_found, false, "openai: 400 invalid_model: None."},
      {422, R"({"detail":[{"loc":["body","speed"],"msg":"too fast","input":9}]})",
       failure_kind::bad_input, false, "openai: 422 body.speed: too fast"},
      {502, "<html><title>Bad gateway</title></html>", failure_kind::unavailable, true,
       "openai: 502 Bad gateway"},
  };
  testing::expect_refusals(openai_speech{{}}, cases);
}

} // namespace
} // namespace trunkline
