#include "protocol/deepgram/speak.hpp"

#include "tests/protocol/speech/voice_testing.hpp"

namespace trunkline {
namespace {

TEST(deepgram_speak, asks_for_headless_mulaw) {
  const deepgram_speak codec{{.api_key = "KEY", .mip_opt_out = true}};
  const auto request = codec.request("aura-2-thalia-en", "Hi \"you\"\n\xFF");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/speak?model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000&"
                            "container=none&mip_opt_out=true");
  EXPECT_EQ(request.headers, (testing::header_list{{"Authorization", "Token KEY"},
                                                   {"Content-Type", "application/json"}}));
  EXPECT_EQ(request.body, "{\"text\":\"Hi \\\"you\\\"\\n\xEF\xBF\xBD\"}");
}

TEST(deepgram_speak, plays_only_sound) {
  const deepgram_speak codec{{}};
  EXPECT_EQ(testing::mulaw_bytes(codec, "audio/mulaw;rate=8000", std::string(800, '\x7f'), 7),
            800u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "application/json", "{}", 7), 0u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "audio/mpeg", "ID3", 7), 0u);
}

TEST(deepgram_speak, refusals_have_kinds) {
  const testing::refusal cases[] = {
      {413, R"({"err_code":"PAYLOAD_TOO_LARGE","err_msg":"Over 2000."})", failure_kind::too_large,
       false, "deepgram: 413 PAYLOAD_TOO_LARGE: Over 2000."},
      {402, R"({"err_code":"ASR_PAYMENT_REQUIRED","err_msg":"x"})", failure_kind::quota, false,
       "deepgram: 402 ASR_PAYMENT_REQUIRED: x"},
      {429, "", failure_kind::rate_limited, true, "deepgram: 429"},
      {503, "busy", failure_kind::unavailable, true, "deepgram: 503 busy"},
  };
  testing::expect_refusals(deepgram_speak{{}}, cases);
}

} // namespace
} // namespace trunkline
