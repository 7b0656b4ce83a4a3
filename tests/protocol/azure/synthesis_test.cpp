#include "protocol/azure/synthesis.hpp"

#include "tests/protocol/speech/voice_testing.hpp"

namespace trunkline {
namespace {

TEST(azure_synthesis, asks_in_ssml_for_mulaw) {
  const azure_synthesis codec{{.key = "KEY"}};
  const auto request = codec.request("en-US-JennyNeural", "Tuesday at nine.");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/cognitiveservices/v1");
  EXPECT_EQ(request.headers,
            (testing::header_list{{"Ocp-Apim-Subscription-Key", "KEY"},
                                  {"Content-Type", "application/ssml+xml"},
                                  {"X-Microsoft-OutputFormat", "raw-8khz-8bit-mono-mulaw"},
                                  {"User-Agent", "trunkline"}}));
  EXPECT_EQ(request.body, R"(<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" )"
                          R"(xml:lang="en-US"><voice name="en-US-JennyNeural">Tuesday at nine.)"
                          R"(</voice></speak>)");
}

TEST(azure_synthesis, text_cannot_leave_its_place) {
  const azure_synthesis codec{{.language = "de-DE", .rate_percent = -5}};
  const auto request = codec.request("x\"><a", "</voice> & 'b' \"c\"\x01\xFF");
  EXPECT_EQ(request.body,
            R"(<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="de-DE">)"
            R"(<voice name="x&quot;&gt;&lt;a"><prosody rate="-5%">&lt;/voice&gt; &amp; )"
            "&apos;b&apos; &quot;c&quot;\xEF\xBF\xBD</prosody></voice></speak>");
}

TEST(azure_synthesis, the_rate_is_kept_in_range_and_signed) {
  EXPECT_NE(azure_synthesis{{.rate_percent = 900}}.request("v", "x").body.find(R"(rate="+50%")"),
            std::string::npos);
}

TEST(azure_synthesis, plays_only_sound) {
  const azure_synthesis codec{{}};
  EXPECT_EQ(testing::mulaw_bytes(codec, "audio/basic", "abcd", 1), 4u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "audio/x-wav", "abcd", 1), 0u);
  EXPECT_EQ(testing::mulaw_bytes(codec, "text/plain", "abcd", 1), 0u);
}

TEST(azure_synthesis, refusals_often_have_no_body) {
  const testing::refusal cases[] = {
      {400, "", failure_kind::bad_input, false, "azure: 400"},
      {401, "", failure_kind::unauthorized, false, "azure: 401"},
      {415, "Wrong type", failure_kind::bad_input, false, "azure: 415 Wrong type"},
      {429, "", failure_kind::rate_limited, true, "azure: 429"},
      {502, "", failure_kind::unavailable, true, "azure: 502"},
  };
  testing::expect_refusals(azure_synthesis{{}}, cases);
}

} // namespace
} // namespace trunkline
