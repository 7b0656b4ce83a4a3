#include "protocol/polly/speech.hpp"

#include "tests/protocol/speech/voice_testing.hpp"

namespace trunkline {
namespace {

polly_speech_settings example() {
  polly_speech_settings s;
  s.credentials = {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
  s.amz_date = [] { return std::string{"20150830T123600Z"}; };
  return s;
}

TEST(polly_speech, the_request_is_signed_as_it_is_sent) {
  const auto request = polly_speech{example()}.request("Joanna", "Hello.");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/speech");
  EXPECT_EQ(request.body,
            R"({"Engine":"neural","OutputFormat":"pcm","SampleRate":"8000","Text":"Hello.",)"
            R"("TextType":"text","VoiceId":"Joanna"})");
  EXPECT_EQ(request.headers,
            (testing::header_list{
                {"Content-Type", "application/json"},
                {"X-Amz-Date", "20150830T123600Z"},
                {"Authorization",
                 "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/polly/aws4_request, "
                 "SignedHeaders=content-type;host;x-amz-date, Signature="
                 "4cceb0a9b9e82d9b3c90647f0b3a03dfb59429ebb03ef725bf3bf15c5d04e57b"}}));
}

TEST(polly_speech, the_token_of_a_role_is_sent_and_signed) {
  auto settings = example();
  settings.credentials.session_token = "TOKEN";
  const auto request = polly_speech{settings}.request("Joanna", "Hello.");
  ASSERT_EQ(request.headers.size(), 4u);
  EXPECT_EQ(request.headers[2].second, "TOKEN");
  EXPECT_NE(request.headers[3].second.find(
                "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
                "ec9bf82dbdbbfd6002d9b6f021f5bbb233f200d0bdf8fbed573773e5b74ac63c"),
            std::string::npos);
}

TEST(polly_speech, region_host_and_format_are_settings) {
  auto settings = example();
  settings.mulaw = true;
  settings.language = "en-US";
  const auto plain = polly_speech{settings}.request("Joanna", "x");
  EXPECT_NE(plain.body.find(R"("LanguageCode":"en-US","OutputFormat":"mulaw")"), std::string::npos);
  settings.host = "localhost:4566";
  EXPECT_NE(polly_speech{settings}.request("Joanna", "x").headers.back(), plain.headers.back());
  // Without a clock there is no valid signature, but no crash either.
  settings.amz_date = nullptr;
  EXPECT_EQ(polly_speech{settings}.request("Joanna", "x").headers[1].second, "");
}

TEST(polly_speech, plays_only_what_was_asked_for) {
  const polly_speech pcm{example()};
  EXPECT_EQ(testing::mulaw_bytes(pcm, "audio/pcm", std::string(1601, '\0'), 3), 800u);
  EXPECT_EQ(testing::mulaw_bytes(pcm, "audio/mpeg", "ID3", 3), 0u);
  auto settings = example();
  settings.mulaw = true;
  EXPECT_EQ(testing::mulaw_bytes(polly_speech{settings}, "audio/mulaw", "abcd", 3), 4u);
  EXPECT_EQ(testing::mulaw_bytes(polly_speech{settings}, "audio/pcm", "abcd", 3), 0u);
}

TEST(polly_speech, the_type_counts_before_the_status) {
  const testing::refusal cases[] = {
      {400, R"({"message":"Rate exceeded"})", failure_kind::rate_limited, true,
       "polly: 400 ThrottlingException: Rate exceeded", "ThrottlingException:http://internal/"},
      {400, R"({"__type":"com.amazon#Throttling","Message":"x"})", failure_kind::rate_limited, true,
       "polly: 400 Throttling: x"},
      {400, R"({"message":"x"})", failure_kind::rate_limited, true,
       "polly: 400 TooManyRequestsException: x", "TooManyRequestsException"},
      {400, R"({"message":"x"})", failure_kind::too_large, false,
       "polly: 400 TextLengthExceededException: x", "TextLengthExceededException"},
      {400, R"({"message":"x"})", failure_kind::bad_input, false,
       "polly: 400 EngineNotSupportedException: x", "EngineNotSupportedException"},
      {402, R"({"message":"x"})", failure_kind::quota, false,
       "polly: 402 ServiceQuotaExceededException: x", "ServiceQuotaExceededException"},
      {403, R"({"message":"x"})", failure_kind::unauthorized, false,
       "polly: 403 ExpiredTokenException: x", "ExpiredTokenException"},
      {400, R"({"message":"x"})", failure_kind::unauthorized, false,
       "polly: 400 UnrecognizedClientException: x", "UnrecognizedClientException"},
      {500, "", failure_kind::unavailable, true, "polly: 500 ServiceFailureException",
       "ServiceFailureException"},
      {509, "", failure_kind::unavailable, true, "polly: 509"},
  };
  testing::expect_refusals(polly_speech{example()}, cases);
}

} // namespace
} // namespace trunkline
