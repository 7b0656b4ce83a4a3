#include "protocol/openai/transcription.hpp"

#include "protocol/audio/wav.hpp"
#include "tests/protocol/speech/statements.hpp"
#include "tests/protocol/speech/voice_testing.hpp"

namespace trunkline {
namespace {

const openai_transcription codec{{}};

transcript heard(std::string_view body) {
  const auto read = codec.read("application/json", body);
  EXPECT_TRUE(read) << body;
  return read ? *read : transcript{};
}

std::string segment(const char* text, double no_speech, double logprob) {
  return R"({"text":")" + std::string{text} + R"(","no_speech_prob":)" + std::to_string(no_speech) +
         R"(,"avg_logprob":)" + std::to_string(logprob) + "}";
}

std::string verbose(const std::string& segments) {
  return R"({"language":"en","duration":2.0,"text":"all","segments":[)" + segments + "]}";
}

// The content of one part of a form.
std::string part(const service_request& request, const std::string& name) {
  const auto head = request.body.find("name=\"" + name + "\"");
  if (head == std::string::npos)
    return "(none)";
  const auto start = request.body.find("\r\n\r\n", head) + 4;
  return request.body.substr(start, request.body.find("\r\n--trunkline-form-", start) - start);
}

TEST(openai_transcription, sends_a_wide_wav_in_a_form) {
  openai_transcription_settings settings;
  settings.api_key = "KEY";
  settings.language = "en";
  settings.prompt = "Okafor, Nguyen";
  const auto request = openai_transcription{settings}.request(std::vector<uint8_t>(4000, 0xff));
  EXPECT_EQ(request.target, "/audio/transcriptions");
  EXPECT_EQ(request.headers[0].second, "Bearer KEY");
  EXPECT_EQ(request.headers[1].second.find("multipart/form-data; boundary="), 0u);
  EXPECT_EQ(part(request, "model"), "whisper-1");
  EXPECT_EQ(part(request, "language"), "en");
  EXPECT_EQ(part(request, "prompt"), "Okafor, Nguyen");
  EXPECT_EQ(part(request, "response_format"), "verbose_json");
  EXPECT_NE(request.body.find("filename=\"utterance.wav\"\r\nContent-Type: audio/wav"),
            std::string::npos);
  const auto wav = read_wav(part(request, "file"));
  ASSERT_TRUE(wav);
  EXPECT_EQ(wav->rate, 16000u);
  EXPECT_EQ(wav->channels, 1u);
  EXPECT_EQ(wav->samples.size(), 8000u);
}

TEST(openai_transcription, each_kind_of_server_is_asked_its_way) {
  const auto request = [](const char* profile) {
    return openai_transcription{*openai_transcription_profile(profile)}.request({});
  };
  const auto local = request("whisper.cpp");
  EXPECT_EQ(local.target, "/inference");
  EXPECT_EQ(part(local, "model"), "(none)");
  EXPECT_EQ(part(local, "suppress_nst"), "true");
  EXPECT_EQ(local.headers.size(), 1u); // no key
  EXPECT_EQ(part(request("speaches"), "model"), "Systran/faster-distil-whisper-small.en");
  EXPECT_EQ(part(request("openai"), "suppress_nst"), "(none)");
  EXPECT_EQ(openai_transcription_profile("other").error().kind, failure_kind::not_found);
  // These models know one format only.
  openai_transcription_settings settings;
  settings.model = "gpt-4o-transcribe";
  EXPECT_EQ(part(openai_transcription{settings}.request({}), "response_format"), "json");
}

TEST(openai_transcription, reads_what_the_servers_answer) {
  for (const auto& message : testing::golden_messages("openai/transcriptions.jsonl")) {
    const auto said = heard(message);
    EXPECT_EQ(said.text, "I would like to book a cleaning.") << message;
    EXPECT_TRUE(said.is_final);
    EXPECT_FALSE(said.rejected);
  }
  EXPECT_NEAR(heard(verbose(segment(" Yes.", 0.01, -0.2))).confidence, 0.8187, 0.001);
}

TEST(openai_transcription, silence_is_no_word_of_the_caller) {
  const std::string silences[] = {
      R"({"text":""})",
      R"({"text":" [BLANK_AUDIO]\n"})",
      R"x({"text":"(silence)"})x",
      R"({"text":"Thanks for watching!"})",
      R"({"text":" \u266a\u266a"})",
      R"({"text":null})",
      R"({"text":"...","segments":[]})",
      verbose(segment(" I want to", 0.7, -1.2)),
      verbose(segment(" Thank you.", 0.5, -0.4)),
      verbose(segment(" Thank you.", 0.1, -0.9)),
      verbose(segment(" [Music]", 0.0, 0.0)),
      verbose(segment(" Please subscribe!", 0.0, 0.0)),
  };
for (const auto& body : silences) {
  const auto said = heard(body);
  EXPECT_EQ(said.text, "") << body;
  EXPECT_TRUE(said.rejected) << body;
  EXPECT_TRUE(said.is_final);
}
}

TEST(openai_transcription, what_a_caller_says_stays) {
  const std::pair<std::string, const char*> cases[] = {
      {R"({"text":" Thank you."})", "Thank you."},
      {verbose(segment(" Thank you.", 0.05, -0.2)), "Thank you."},
      {verbose(segment(" Quiet words", 0.9, -0.3)), "Quiet words"}, // sure of the words
      {verbose(segment(" Mumbled", 0.1, -1.5)), "Mumbled"},         // sure that there was speech
      {verbose(segment(" Yes.", 0.0, -0.1) + "," + segment(" you", 0.8, -1.5) + "," +
               segment(" (coughs) Tuesday.", 0.0, -0.1)),
       "Yes. Tuesday."},
      {R"({"text":"I would (um) like [noise] Tuesday *beep* please"})",
       "I would like Tuesday please"},
      {R"({"text":"one ( two"})", "one ( two"},
      {R"({"text":"(555) 010-2345, press *9 and *8"})", "(555) 010-2345, press *9 and *8"},
      {R"({"text":"I (and that is what I always say) agree"})",
       "I (and that is what I always say) agree"},
      {R"({"text":"line\none"})", "line one"},
  };
  for (const auto& [body, text] : cases) {
    EXPECT_EQ(heard(body).text, text) << body;
    EXPECT_FALSE(heard(body).rejected);
  }
}

TEST(openai_transcription, what_cannot_be_read_is_a_failure) {
  for (const char* body : {"", "no", "[]", "{}", R"({"detail":"x"})", "<html>"}) {
    const auto read = codec.read("application/json", body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().kind, failure_kind::bad_input);
  }
  for (const auto& message : testing::golden_messages("openai/transcriptions.jsonl"))
    testing::expect_harmless(message, [](const std::string& text) { codec.read("", text); });
}

TEST(openai_transcription, refusals_have_kinds) {
  const testing::refusal cases[] = {
      {400, R"({"error":"no 'file' field in the request"})", failure_kind::bad_input, false,
       "openai: 400 no 'file' field in the request"},
      {503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})",
       failure_kind::unavailable, true, "openai: 503 unavailable_error: Loading model"},
      {429, R"({"error":{"message":"Pay.","code":"insufficient_quota"}})", failure_kind::quota,
       false, "openai: 429 insufficient_quota: Pay."},
      {404, R"({"detail":"Model is not installed"})", failure_kind::not_found, false,
       "openai: 404 Model is not installed"},
      {499, "", failure_kind::cancelled, false, "openai: 499"},
  };
  testing::expect_refusals(codec, cases);
}

} // namespace
} // namespace trunkline
