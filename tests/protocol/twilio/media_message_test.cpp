#include "protocol/text/base64.hpp"
#include "protocol/twilio/media_message.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

const std::string stream = "MZ00000000000000000000000000000001";
const std::string call = "CA00000000000000000000000000000001";
const std::string account = "AC00000000000000000000000000000001";

template<class T>
T parsed(stream_message_parser& parser, const std::string& text) {
  auto message = parser.parse(text);
  if (!message) {
    ADD_FAILURE() << text << ": " << message.error().context;
    return {};
  }
  if (!std::holds_alternative<T>(*message)) {
    ADD_FAILURE() << text << " became alternative " << message->index();
    return {};
  }
  return std::get<T>(*message);
}

failure_kind refused(const std::string& text) {
  stream_message_parser parser;
  auto message = parser.parse(text);
  EXPECT_FALSE(message) << text;
  return message ? failure_kind::internal : message.error().kind;
}

TEST(media_message_test, reads_the_documented_messages) {
  stream_message_parser parser;
  EXPECT_EQ(parsed<stream_connected>(parser,
                                     R"({"event":"connected","protocol":"Call","version":"1.0.0"})")
                .version,
            "1.0.0");
  const auto start = parsed<stream_started>(
      parser, R"({"event":"start","sequenceNumber":"1","streamSid":")" + stream +
                  R"(","start":{"accountSid":")" + account + R"(","callSid":")" + call +
                  R"(","streamSid":")" + stream +
                  R"(","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw",)"
                  R"("sampleRate":8000,"channels":1},"customParameters":{"session":"s-001"}}})");
  EXPECT_EQ(start.call_sid, call);
  EXPECT_EQ(start.account_sid, account);
  EXPECT_EQ(start.stream_sid, stream);
  EXPECT_EQ(start.sample_rate, 8000u);
  ASSERT_EQ(start.parameters.size(), 1u);
  EXPECT_EQ(start.parameters[0].second, "s-001");
  const auto digit =
      parsed<stream_digit>(parser, R"({"event":"dtmf","sequenceNumber":"57","streamSid":"MZ1",)"
                                   R"("dtmf":{"track":"inbound_track","digit":"5"}})");
  EXPECT_EQ(digit.digit, '5');
  EXPECT_EQ(digit.sequence, 57u);
  EXPECT_EQ(parsed<stream_mark>(parser, R"({"event":"mark","sequenceNumber":"90",)"
                                        R"("streamSid":"MZ1","mark":{"name":"turn-7-end"}})")
                .name,
            "turn-7-end");
  EXPECT_EQ(parsed<stream_stopped>(parser, R"({"event":"stop","sequenceNumber":"412",)"
                                           R"("streamSid":"MZ1","stop":{"callSid":"CA1"}})")
                .call_sid,
            "CA1");
  EXPECT_EQ(parsed<stream_clear>(parser, R"({"event":"clear","streamSid":"MZ1"})").stream_sid,
            "MZ1");
  EXPECT_EQ(parsed<stream_unknown>(parser, R"({"event":"sparkle"})").event, "sparkle");
}

TEST(media_message_test, reads_usual_media_without_a_json_document) {
  std::vector<uint8_t> frame(160);
  for (size_t i = 0; i < frame.size(); ++i)
    frame[i] = static_cast<uint8_t>(i);
  stream_message_parser parser;
  const auto text = render_caller_media({2, 1, 20, true, stream, frame});
  const auto media = parsed<stream_media>(parser, text);
  EXPECT_EQ(media.sequence, 2u);
  EXPECT_EQ(media.chunk, 1u);
  EXPECT_EQ(media.timestamp_ms, 20u);
  EXPECT_TRUE(media.inbound);
  EXPECT_EQ(media.stream_sid, stream);
  EXPECT_TRUE(std::equal(media.audio.begin(), media.audio.end(), frame.begin(), frame.end()));
  parsed<stream_media>(parser, R"( { "media" : { "payload" : "/w==", "timestamp" : 40 , "chunk":3,)"
                               R"( "track":"outbound" } , "streamSid":"MZ1", "event":"media" } )");
  parsed<stream_media>(parser, render_media(stream, frame));
  EXPECT_EQ(parser.slow_parses(), 0u);
}

TEST(media_message_test, reads_a_usual_mark_without_a_json_document) {
  stream_message_parser parser;
  const auto mark = parsed<stream_mark>(parser, render_mark_echo({7, stream, "3.12"}));
  EXPECT_EQ(mark.sequence, 7u);
  EXPECT_EQ(mark.stream_sid, stream);
  EXPECT_EQ(mark.name, "3.12");
  EXPECT_EQ(parsed<stream_mark>(parser, R"({"mark":{"name":"m"},"event":"mark"})").name, "m");
  EXPECT_EQ(parser.slow_parses(), 0u);
  EXPECT_EQ(parsed<stream_mark>(parser, R"({"event":"mark","mark":{"name":"\u006d"}})").name, "m");
  EXPECT_EQ(parsed<stream_mark>(parser, R"({"event":"mark","mark":{"x":1,"name":"m"}})").name, "m");
  EXPECT_EQ(parser.slow_parses(), 2u);
  EXPECT_FALSE(parser.parse(R"({"event":"mark","mark":{"name":""}})"));
  EXPECT_FALSE(parser.parse(R"({"event":"mark","sequenceNumber":"x","mark":{"name":"m"}})"));
}

TEST(media_message_test, unusual_media_means_the_same_the_slow_way) {
  stream_message_parser parser;
  for (const std::string text :
       {R"({"event":"media","streamSid":"M\u005a1","media":{"payload":"AQI=","chunk":"7"}})",
        R"({"event":"media","x":[1],"streamSid":"MZ1","media":{"payload":"AQI=","chunk":7}})",
        R"({"event":"media","streamSid":"MZ1","media":{"y":{},"payload":"AQI=","chunk":"7"}})",
        R"({"event":"\u006dedia","streamSid":"MZ1","media":{"payload":"AQI\u003d","chunk":7}})"}) {
    const auto before = parser.slow_parses();
    const auto media = parsed<stream_media>(parser, text);
    EXPECT_EQ(parser.slow_parses(), before + 1) << text;
    EXPECT_EQ(media.stream_sid, "MZ1");
    EXPECT_EQ(media.chunk, 7u);
    ASSERT_EQ(media.audio.size(), 2u);
    EXPECT_EQ(media.audio[1], 2);
  }
}

TEST(media_message_test, refuses_broken_messages) {
  for (const std::string text :
       {"",
        "{",
        "[]",
        "null",
        "\"media\"",
        "{}",
        R"({"event":5})",
        R"({"event":"media"})",
        R"({"event":"media","media":[]})",
        R"({"event":"media","media":{}})",
        R"({"event":"media","media":{"payload":5}})",
        R"({"event":"media","media":{"payload":"A"}})",
        R"({"event":"media","media":{"payload":"AA!="}})",
        R"({"event":"media","media":{"payload":"AQI=","chunk":"x"}})",
        R"({"event":"media","media":{"payload":"AQI=","chunk":-1}})",
        R"({"event":"media","media":{"payload":"AQI=","chunk":"99999999999999999999999"}})",
        R"({"event":"media","media":{"payload":"AQI="}} trailing)",
        R"({"event":"media","media":{"payload":"AQI="},})",
        R"({"event":"media","sequenceNumber":"1.5","media":{"payload":"AQI="}})",
        R"({"event":"mark"})",
        R"({"event":"mark","mark":{"name":""}})",
        R"({"event":"dtmf","dtmf":{"digit":"55"}})",
        R"({"event":"dtmf","dtmf":{"digit":"x"}})",
        "{\"event\":\"media\",\"streamSid\":\"a\nb\",\"media\":{\"payload\":\"AQI=\"}}"})
    EXPECT_EQ(refused(text), failure_kind::bad_input);
}

TEST(media_message_test, survives_every_truncation_of_every_message) {
  stream_message_parser parser;
  const std::vector<uint8_t> frame(20, 0x55);
  for (const auto& whole :
       {render_caller_media({2, 1, 20, true, stream, frame}), render_media(stream, frame),
        render_mark(stream, "m"), render_clear(stream), render_connected(),
        render_digit({3, stream, '#'}), render_stopped({9, stream, account, call})}) {
    ASSERT_TRUE(parser.parse(whole)) << whole;
    for (size_t n = 0; n < whole.size(); ++n)
      EXPECT_FALSE(parser.parse(std::string_view{whole}.substr(0, n))) << whole.substr(0, n);
  }
}

TEST(media_message_test, survives_every_changed_byte_of_a_media_message) {
  stream_message_parser parser;
  const auto whole = render_caller_media({2, 1, 20, true, stream, std::vector<uint8_t>(20, 1)});
  size_t accepted = 0;
  for (size_t i = 0; i < whole.size(); ++i)
    for (const char c : {'"', '\\', '{', '}', '\0', '\x7f', '\xff', '0', ','}) {
      auto changed = whole;
      changed[i] = c;
      accepted += parser.parse(changed).has_value();
    }
  EXPECT_GT(accepted, 0u);
  EXPECT_LT(accepted, whole.size() * 9);
}

TEST(media_message_test, refuses_depth_and_size_over_the_limits) {
  const auto nested = [](size_t n) {
    return R"({"event":"x","a":)" + std::string(n, '[') + std::string(n, ']') + "}";
  };
  stream_message_parser parser;
  EXPECT_TRUE(parser.parse(nested(31)));
  EXPECT_EQ(refused(nested(32)), failure_kind::bad_input);
  EXPECT_EQ(refused(nested(30'000)), failure_kind::bad_input);
  const auto sized = [](size_t n) {
    const std::string head = R"({"event":"x","a":")", tail = R"("})";
    return head + std::string(n - head.size() - tail.size(), 'a') + tail;
  };
  EXPECT_TRUE(parser.parse(sized(media_message_bytes_max)));
  EXPECT_EQ(refused(sized(media_message_bytes_max + 1)), failure_kind::bad_input);
}

TEST(media_message_test, renders_what_the_server_sends) {
  const std::vector<uint8_t> audio{1, 2};
  EXPECT_EQ(render_media("MZ1", audio),
            R"({"event":"media","streamSid":"MZ1","media":{"payload":"AQI="}})");
  EXPECT_EQ(render_mark("MZ1", "g1-t2"),
            R"({"event":"mark","streamSid":"MZ1","mark":{"name":"g1-t2"}})");
  EXPECT_EQ(render_clear("MZ1"), R"({"event":"clear","streamSid":"MZ1"})");
  EXPECT_EQ(render_mark("MZ\"1", "a\\\n\xff"),
            "{\"event\":\"mark\",\"streamSid\":\"MZ\\\"1\",\"mark\":{\"name\":"
            "\"a\\\\\\n\xef\xbf\xbd\"}}");
}

TEST(media_message_test, what_the_carrier_sends_comes_back_the_same) {
  stream_message_parser parser;
  const auto start =
      parsed<stream_started>(parser, render_started({.sequence = 1,
                                                     .stream_sid = stream,
                                                     .account_sid = account,
                                                     .call_sid = call,
                                                     .encoding = "audio/x-mulaw",
                                                     .sample_rate = 8000,
                                                     .channels = 1,
                                                     .parameters = {{"token", "a\"b"}}}));
  EXPECT_EQ(start.sequence, 1u);
  EXPECT_EQ(start.parameters.at(0).second, "a\"b");
  EXPECT_EQ(parsed<stream_digit>(parser, render_digit({4, stream, '*'})).digit, '*');
  const auto mark = parsed<stream_mark>(parser, render_mark_echo({5, stream, "m1"}));
  EXPECT_EQ(mark.sequence, 5u);
  EXPECT_EQ(mark.name, "m1");
  EXPECT_EQ(parsed<stream_stopped>(parser, render_stopped({6, stream, account, call})).account_sid,
            account);
  EXPECT_EQ(parsed<stream_connected>(parser, render_connected()).protocol, "Call");
}

} // namespace
} // namespace trunkline
