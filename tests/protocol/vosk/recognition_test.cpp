#include "protocol/vosk/recognition.hpp"

#include "protocol/audio/mulaw.hpp"
#include "tests/protocol/speech/statements.hpp"

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::lines_of;
using strings = std::vector<std::string>;

std::vector<uint8_t> sound(size_t ms) {
  return std::vector<uint8_t>(ms * mulaw_bytes_per_ms, mulaw_encode(1000));
}

TEST(vosk_recognition, the_configuration_comes_first) {
  vosk_recognition plain{{}};
  EXPECT_EQ(plain.handshake().target, "/");
  ASSERT_EQ(plain.opening().size(), 1u);
  EXPECT_EQ(plain.opening()[0].bytes, R"({"config":{"sample_rate":8000,"words":true}})");
  EXPECT_FALSE(plain.opening()[0].binary);
  vosk_recognition grammar{{.max_alternatives = 3, .phrases = {"yes", "no"}}};
  EXPECT_EQ(grammar.opening()[0].bytes,
            R"({"config":{"max_alternatives":3,"phrase_list":["yes","no","[unk]"],)"
            R"("sample_rate":8000,"words":true}})");
}

TEST(vosk_recognition, audio_is_linear_and_joined_to_100_ms) {
  vosk_recognition codec{{}};
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(codec.audio(sound(20)).empty());
  const auto sent = codec.audio(sound(20));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].binary);
  ASSERT_EQ(sent[0].bytes.size(), 1600u);
  const auto sample = static_cast<int16_t>(static_cast<uint8_t>(sent[0].bytes[0]) |
                                           (static_cast<uint8_t>(sent[0].bytes[1]) << 8));
  EXPECT_EQ(sample, mulaw_decode(mulaw_encode(1000)));
  EXPECT_EQ(codec.audio_sent(), 100ms);
  EXPECT_TRUE(codec.keep_alive().empty());
  codec.audio(sound(20));
  EXPECT_EQ(codec.keep_alive().size(), 1u);
}

TEST(vosk_recognition, orders_are_exact_and_come_after_the_audio_before_them) {
  vosk_recognition codec{{}};
  codec.audio(sound(40));
  const auto flushed = codec.flush();
  ASSERT_EQ(flushed.size(), 2u);
  EXPECT_EQ(flushed[0].bytes.size(), 640u);
  EXPECT_EQ(flushed[1].bytes, R"({"reset" : 1})");
  const auto closed = codec.closing();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].bytes, R"({"eof" : 1})");
}

TEST(vosk_recognition, each_answer_is_about_what_was_sent_in_its_place) {
  vosk_recognition codec{{}};
  codec.audio(sound(100));
  codec.audio(sound(150));
  codec.flush();
  codec.audio(sound(100));
  codec.closing();
  strings lines;
  for (const auto& message : testing::golden_messages("vosk/two_utterances.jsonl"))
    for (auto& line : lines_of(codec, message))
      lines.push_back(line);
  EXPECT_EQ(lines, (strings{"[] @100 i want", "[settled ends] @250 i want to book",
                            "[settled flush] @250 ", "[] @350 ", "[settled over] @350 bye"}));
}

TEST(vosk_recognition, the_confidence_is_that_of_the_words) {
  vosk_recognition codec{{}};
  const auto read = codec.read(R"({"result":[{"conf":0.5},{"conf":1.0}],"text":"a b"})", false);
  EXPECT_FLOAT_EQ(read->at(0).confidence, 0.75f);
}

TEST(vosk_recognition, alternatives_and_unknown_words) {
  vosk_recognition codec{{}};
  EXPECT_EQ(lines_of(codec,
                     R"({"alternatives":[{"text":"call","confidence":312.5},{"text":"tall"},)"
                     R"({"text":""},7]})"),
            strings{"[settled ends] @0 call | tall"});
  EXPECT_EQ(lines_of(codec, R"({"text":"[unk] yes [unk] no [unk]"})"),
            strings{"[settled ends] @0 yes no"});
  EXPECT_EQ(lines_of(codec, R"({"partial":"[unk]"})"), strings{"[] @0 "});
}

TEST(vosk_recognition, strange_messages_do_no_harm) {
  vosk_recognition codec{{}};
  EXPECT_EQ(lines_of(codec, R"({"partial":null})"), strings{"[] @0 "});
  EXPECT_EQ(lines_of(codec, R"({"other":1})"), strings{});
  EXPECT_EQ(lines_of(codec, "x", true), strings{});
  EXPECT_EQ(lines_of(codec, "x"), strings{"failure bad_input: vosk: message is not JSON"});
  EXPECT_EQ(lines_of(codec, "7"), strings{"failure bad_input: vosk: message is not an object"});
  for (const auto& message : testing::golden_messages("vosk/two_utterances.jsonl"))
    testing::expect_harmless(message, [&](const std::string& text) { codec.read(text, false); });
  EXPECT_TRUE(codec.closed(1006, "").retryable);
  service_error answer;
  answer.status = 503;
  EXPECT_EQ(codec.refused(answer).context, "vosk: 503");
}

} // namespace
} // namespace trunkline
