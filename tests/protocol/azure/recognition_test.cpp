#include "protocol/azure/recognition.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/text/json.hpp"
#include "tests/protocol/speech/statements.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::lines_of;
using strings = std::vector<std::string>;

azure_recognition_settings settings_with_ids() {
  azure_recognition_settings s;
  s.key = "KEY";
  s.new_id = [number = 0]() mutable { return "id" + std::to_string(++number); };
  s.timestamp = [] { return std::string{"2026-01-31T10:00:00.000Z"}; };
  return s;
}

std::vector<uint8_t> sound(size_t ms) {
  return std::vector<uint8_t>(ms * mulaw_bytes_per_ms, 0x7f);
}

azure_frame frame_of(const socket_message& message) {
  const auto read = parse_azure_frame(message.bytes, message.binary);
  EXPECT_TRUE(read);
  return read ? *read : azure_frame{};
}

std::string answer(std::string_view path, std::string_view content, std::string_view id) {
  return render_azure_text(
      {{{"X-RequestId", std::string{id}}, {"path", std::string{path}}}, std::string{content}});
}

// A golden line is the path and the content.
std::string answer(std::string_view line, std::string_view id) {
  const auto blank = line.find(' ');
  return answer(line.substr(0, blank), line.substr(blank + 1), id);
}

TEST(azure_recognition, the_handshake_names_the_connection) {
  azure_recognition codec{settings_with_ids()};
  const auto request = codec.handshake();
  EXPECT_EQ(request.target, "/speech/recognition/conversation/cognitiveservices/v1?language=en-US&"
                            "format=detailed&profanity=raw&segmentationSilenceTimeoutMs=500");
  EXPECT_EQ(request.headers, (std::vector<std::pair<std::string, std::string>>{
                                 {"Ocp-Apim-Subscription-Key", "KEY"}, {"X-ConnectionId", "id1"}}));
  EXPECT_FALSE(codec.can_flush);
}

TEST(azure_recognition, opens_with_configuration_names_and_the_head_of_a_wav) {
  auto settings = settings_with_ids();
  settings.phrases = {"Okafor", ""};
  azure_recognition codec{settings};
  const auto opening = codec.opening();
  ASSERT_EQ(opening.size(), 3u);
  const auto config = frame_of(opening[0]);
  EXPECT_EQ(config.headers, (std::vector<std::pair<std::string, std::string>>{
                                {"Path", "speech.config"},
                                {"X-RequestId", "id1"},
                                {"X-Timestamp", "2026-01-31T10:00:00.000Z"},
                                {"Content-Type", "application/json"}}));
  const auto parsed = parse_json(config.content, "config");
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)["context"]["system"]["name"], "trunkline");
  EXPECT_EQ((*parsed)["context"]["audio"]["source"]["samplerate"], 8000);
  EXPECT_EQ(frame_of(opening[1]).content,
            R"({"dgi":{"groups":[{"items":[{"text":"Okafor"}],"type":"Generic"}]}})");
  ASSERT_TRUE(opening[2].binary);
  const auto head = frame_of(opening[2]);
  EXPECT_EQ(header_of(head, "Path"), "audio");
  EXPECT_EQ(header_of(head, "Content-Type"), "audio/x-wav");
  ASSERT_EQ(head.content.size(), 44u);
  EXPECT_EQ(head.content.substr(0, 4), "RIFF");
  EXPECT_EQ(head.content.substr(40, 4), std::string(4, '\0'));
  EXPECT_EQ(head.content[20], 1); // PCM
}

TEST(azure_recognition, audio_is_linear_and_joined_to_100_ms) {
  azure_recognition codec{settings_with_ids()};
  EXPECT_EQ(codec.opening().size(), 2u);
  EXPECT_TRUE(codec.audio(sound(80)).empty());
  const auto sent = codec.audio(sound(20));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(frame_of(sent[0]).content.size(), 1600u);
  EXPECT_EQ(header_of(frame_of(sent[0]), "x-requestid"), "id1");
  codec.audio(sound(20));
  const auto closing = codec.closing();
  ASSERT_EQ(closing.size(), 2u);
  EXPECT_EQ(frame_of(closing[0]).content.size(), 320u);
  EXPECT_EQ(frame_of(closing[1]).content, "");
  EXPECT_TRUE(codec.audio(sound(200)).empty()); // nothing comes after the end
}

TEST(azure_recognition, reads_one_turn) {
  azure_recognition codec{settings_with_ids()};
  codec.opening();
  strings lines;
  for (const auto& line : testing::golden_messages("azure/one_turn.jsonl"))
    for (auto& said : lines_of(codec, answer(line, "ID1"))) // ids differ in case
      lines.push_back(said);
  EXPECT_EQ(lines, (strings{"[] @680 i want", "[] @980 i want to",
                            "[settled ends] @2330 I want to book. | I want to look.",
                            "[settled ends] @4000 ", "[settled ends] @5000 ",
                            "[settled ends] @7000 Yes."}));
}

TEST(azure_recognition, after_the_end_of_a_turn_the_next_audio_opens_another) {
  auto settings = settings_with_ids();
  settings.phrases = {"Okafor"};
  azure_recognition codec{settings};
  codec.opening();
  codec.audio(sound(1000));
  EXPECT_EQ(lines_of(codec, answer("turn.end", "{}", "id1")), strings{});
  const auto sent = codec.audio(sound(100));
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(header_of(frame_of(sent[0]), "Path"), "speech.context");
  EXPECT_EQ(frame_of(sent[1]).content.size(), 44u);
  for (const auto& message : sent)
    EXPECT_EQ(header_of(frame_of(message), "X-RequestId"), "id2");
  // Its times start at 0; ours go on. The former turn is not heard any more.
  const auto hypothesis = R"({"Text":"a","Offset":0,"Duration":500000})";
  EXPECT_EQ(lines_of(codec, answer("speech.hypothesis", hypothesis, "id2")), strings{"[] @1050 a"});
  EXPECT_EQ(lines_of(codec, answer("speech.hypothesis", hypothesis, "id1")), strings{});
}

TEST(azure_recognition, the_turn_that_ends_after_closing_is_the_end_of_the_stream) {
  azure_recognition codec{settings_with_ids()};
  codec.opening();
  codec.closing();
  EXPECT_EQ(lines_of(codec, answer("turn.end", "{}", "id1")), strings{"[over] @0 "});
}

TEST(azure_recognition, statuses_that_are_faults_are_failures) {
  azure_recognition codec{settings_with_ids()};
  codec.opening();
  const struct {
    const char* status;
    failure_kind kind;
    bool retryable;
  } cases[] = {{"Error", failure_kind::unavailable, true},
               {"TooManyRequests", failure_kind::rate_limited, true},
               {"BadRequest", failure_kind::bad_input, false},
               {"Forbidden", failure_kind::unauthorized, false}};
  for (const auto& c : cases) {
    const auto read = codec.read(
        answer("speech.phrase", R"({"RecognitionStatus":")" + std::string{c.status} + "\"}", "id1"),
        false);
    ASSERT_FALSE(read) << c.status;
    EXPECT_EQ(read.error().kind, c.kind);
    EXPECT_EQ(read.error().retryable, c.retryable);
    EXPECT_EQ(read.error().context, std::string{"azure: phrase with status "} + c.status);
  }
  EXPECT_TRUE(codec.read(answer("speech.phrase", R"({"RecognitionStatus":"New"})", "id1"), false));
}

TEST(azure_recognition, close_codes_are_told_by_their_reasons) {
  azure_recognition codec{settings_with_ids()};
  const struct {
    uint16_t code;
    const char* reason;
    failure_kind kind;
    bool retryable;
  } cases[] = {
      {1007, "Quota exceeded.", failure_kind::quota, false},
      {1007, "Throttled due to too many requests", failure_kind::rate_limited, true},
      {1007, "Unexpected format", failure_kind::bad_input, false},
      {4429, "", failure_kind::rate_limited, true},
      {1013, "", failure_kind::overloaded, true},
      {1006, "", failure_kind::unreachable, true},
      {1011, "", failure_kind::unavailable, true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(codec.closed(c.code, c.reason).kind, c.kind) << c.code << c.reason;
    EXPECT_EQ(codec.closed(c.code, c.reason).retryable, c.retryable) << c.code << c.reason;
  }
  service_error refused;
  refused.status = 401;
  EXPECT_EQ(codec.refused(refused).kind, failure_kind::unauthorized);
}

TEST(azure_recognition, strange_messages_do_no_harm) {
  azure_recognition codec{settings_with_ids()};
  codec.opening();
  EXPECT_EQ(lines_of(codec, "no frame at all"), strings{});
  EXPECT_EQ(lines_of(codec, answer("speech.phrase", "no", "id1")),
            strings{"failure bad_input: azure: speech.phrase is not JSON"});
  EXPECT_EQ(lines_of(codec, answer("speech.hypothesis", "[]", "id1")),
            strings{"failure bad_input: azure: speech.hypothesis is not an object"});
  EXPECT_EQ(lines_of(codec, answer("speech.phrase", R"({"Text":"a"})", "id1")), strings{});
  EXPECT_EQ(lines_of(codec, "x", true), strings{"failure bad_input: azure: message has no head"});
  for (const auto& line : testing::golden_messages("azure/one_turn.jsonl"))
    testing::expect_harmless(answer(line, "id1"),
                             [&](const std::string& text) { codec.read(text, false); });
  // Without ids and clock it still works.
  azure_recognition bare{{}};
  EXPECT_EQ(bare.opening().size(), 2u);
}

} // namespace
} // namespace trunkline
