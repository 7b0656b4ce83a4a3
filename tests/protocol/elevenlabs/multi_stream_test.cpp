#include "protocol/elevenlabs/multi_stream.hpp"

#include "tests/protocol/speech/statements.hpp"

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

std::string line_of(const stream_event& event) {
  if (const auto* sound = std::get_if<context_audio>(&event)) {
    auto line = sound->context + " audio " + std::to_string(sound->mulaw.size());
    for (size_t i = 0; i < sound->alignment.characters.size(); ++i)
      line += " " + sound->alignment.characters[i] + "@" +
              std::to_string(sound->alignment.starts[i].count()) + "+" +
              std::to_string(sound->alignment.lengths[i].count());
    return line;
  }
  if (const auto* flushed = std::get_if<context_flushed>(&event))
    return flushed->context + " flushed";
  return std::get<context_final>(event).context + " final";
}

strings events_of(std::string_view message) {
  const auto read = read_stream_message(message);
  if (!read)
    return {to_string(read.error()) + (read.error().retryable ? " retryable" : "")};
  strings lines;
  for (const auto& event : *read)
    lines.push_back(line_of(event));
  return lines;
}

TEST(elevenlabs_multi_stream, the_handshake_asks_for_mulaw_and_the_longest_patience) {
  elevenlabs_stream_settings settings{.api_key = "KEY", .voice = "a b", .language = "en"};
  settings.inactivity_timeout = 9999s;
  const auto request = elevenlabs_stream_handshake(settings);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target,
            "/v1/text-to-speech/a%20b/multi-stream-input?model_id=eleven_flash_v2_5&"
            "output_format=ulaw_8000&inactivity_timeout=180&language_code=en");
  EXPECT_EQ(request.headers[0].first, "xi-api-key");
}

TEST(elevenlabs_multi_stream, each_message_is_rendered_as_documented) {
  EXPECT_EQ(render_context_opened("s1", {}), R"({"context_id":"s1","text":" "})");
  EXPECT_EQ(render_context_opened("s1", {.stability = 0.5}),
            R"({"context_id":"s1","text":" ","voice_settings":{"stability":0.5}})");
  EXPECT_EQ(render_context_text("s1", "Hello \"you\"", false),
            R"({"context_id":"s1","text":"Hello \"you\" "})");
  EXPECT_EQ(render_context_text("s1", "Hello. ", true),
            R"({"context_id":"s1","flush":true,"text":"Hello. "})");
  EXPECT_EQ(render_context_flushed("s1"), R"({"context_id":"s1","flush":true})");
  EXPECT_EQ(render_context_closed("s1"), R"({"close_context":true,"context_id":"s1"})");
  EXPECT_EQ(render_stream_keep_alive("s1"), R"({"context_id":"s1","text":""})");
  EXPECT_EQ(render_stream_keep_alive(""), R"({"text":""})");
  EXPECT_EQ(render_stream_closed(), R"({"close_socket":true})");
  EXPECT_EQ(render_sentence("s1", "Hi.", {}),
            (strings{R"({"context_id":"s1","text":" "})",
                     R"({"context_id":"s1","flush":true,"text":"Hi. "})",
                     R"({"close_context":true,"context_id":"s1"})"}));
}

TEST(elevenlabs_multi_stream, reads_both_spellings) {
  strings lines;
  for (const auto& message : testing::golden_messages("elevenlabs/multi_stream.jsonl"))
    for (const auto& line : events_of(message))
      lines.push_back(line);
  EXPECT_EQ(lines, (strings{"s1 audio 4 H@0+93 i@93+120", "s1 audio 1 !@0+50", "s2 audio 1",
                            "s1 flushed", "s1 final", "s2 final"}));
}

TEST(elevenlabs_multi_stream, sound_and_the_end_may_come_together) {
  EXPECT_EQ(events_of(R"({"audio":"fg==","isFinal":true,"contextId":"s1"})"),
            (strings{"s1 audio 1", "s1 final"}));
}

TEST(elevenlabs_multi_stream, strange_messages_say_nothing_or_are_failures) {
  const std::pair<const char*, strings> cases[] = {
      {R"({"audio":null,"isFinal":null})", {}},
      {R"({"isFinal":"true","contextId":"s1"})", {}},
      {R"({"contextId":7,"audio":"fg=="})", {" audio 1"}},
      {R"({"audio":"fg==","alignment":)"
       R"({"chars":["a"],"charStartTimesMs":["x"],"charDurationsMs":[-5]}})",
       {" audio 1 a@0+0"}},
      {R"({"audio":"fg==","alignment":{"chars":["a","b"],"charStartTimesMs":[1]}})", {" audio 1"}},
      {R"({"audio":"%%%","contextId":"s1"})", {"bad_input: elevenlabs: audio is not base64"}},
      {"[]", {"bad_input: elevenlabs: message is not an object"}},
      {"", {"bad_input: elevenlabs: message is not JSON"}},
  };
  for (const auto& [message, expected] : cases)
    EXPECT_EQ(events_of(message), expected) << message;
  for (const auto& message : testing::golden_messages("elevenlabs/multi_stream.jsonl"))
    testing::expect_harmless(message, [](const std::string& text) { read_stream_message(text); });
}

TEST(elevenlabs_multi_stream, errors_come_as_messages_or_as_close_reasons) {
  EXPECT_EQ(events_of(R"({"message":"No text.","error":"input_timeout_exceeded","code":1008})"),
            strings{"timeout: elevenlabs: socket closed with 1008 input_timeout_exceeded: No text. "
                    "retryable"});
  const struct {
    uint16_t code;
    const char* reason;
    failure_kind kind;
    bool retryable;
  } cases[] = {
      {1008, "input_timeout_exceeded: You were", failure_kind::timeout, true},
      {1008, "max_active_conversations", failure_kind::overloaded, true},
      {1008, "detected_unusual_activity", failure_kind::quota, false},
      {1008, "quota_exceeded", failure_kind::quota, false},
      {1008, "something else", failure_kind::bad_input, false},
      {1006, "", failure_kind::unreachable, true},
      {1011, "", failure_kind::unavailable, true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(elevenlabs_stream_closed(c.code, c.reason).kind, c.kind) << c.reason;
    EXPECT_EQ(elevenlabs_stream_closed(c.code, c.reason).retryable, c.retryable) << c.reason;
  }
}

} // namespace
} // namespace trunkline
