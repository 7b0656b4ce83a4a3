#include "protocol/deepgram/listen.hpp"

#include "protocol/audio/mulaw.hpp"
#include "tests/protocol/speech/statements.hpp"

namespace trunkline {
namespace {

using testing::lines_of;
using strings = std::vector<std::string>;

deepgram_listen_settings with_key() {
  deepgram_listen_settings s;
  s.api_key = "KEY";
  return s;
}

std::string target_of(deepgram_listen_settings settings) {
  return deepgram_listen{std::move(settings)}.handshake().target;
}

TEST(deepgram_listen, asks_for_what_a_phone_call_needs) {
  deepgram_listen codec{with_key()};
  const auto request = codec.handshake();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target,
            "/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000&channels=1&interim_results="
            "true&utterance_end_ms=1000&vad_events=true&endpointing=300&smart_format=true");
  EXPECT_EQ(request.headers,
            (std::vector<std::pair<std::string, std::string>>{{"Authorization", "Token KEY"}}));
  EXPECT_TRUE(request.body.empty());
  EXPECT_TRUE(codec.opening().empty());
  EXPECT_TRUE(codec.can_flush);
}

TEST(deepgram_listen, each_setting_is_a_parameter_and_lists_repeat_their_name) {
  auto s = with_key();
  s.language = "multi";
  s.endpointing.reset();
  s.keyterms = {"Dr. Okafor", "  ", "Zahnreinigung \xC3\xBC & more"};
  s.smart_format = false;
  s.numerals = true;
  s.redact = {"pci", "ssn"};
  s.mip_opt_out = true;
  s.tag = "north clinic";
  const auto target = target_of(s);
  for (const char* part :
       {"&language=multi", "&endpointing=false", "&smart_format=false", "&numerals=true",
        "&keyterm=Dr.%20Okafor&keyterm=Zahnreinigung%20%C3%BC%20%26%20more",
        "&redact=pci&redact=ssn", "&mip_opt_out=true", "&tag=north%20clinic"})
    EXPECT_NE(target.find(part), std::string::npos) << part << " in " << target;
}

TEST(deepgram_listen, older_models_get_single_keywords) {
  auto s = with_key();
  s.model = "nova-2-phonecall";
  s.keyterms = {"Dr. Okafor", "cleaning:2"};
  const auto target = target_of(s);
  EXPECT_NE(target.find("&keywords=Dr.&keywords=Okafor&keywords=cleaning%3A2"), std::string::npos)
      << target;
  EXPECT_EQ(target.find("keyterm="), std::string::npos);
}

TEST(deepgram_listen, more_terms_than_the_service_takes_are_left_out) {
  EXPECT_EQ(deepgram_keyterms(strings(200, "Ng")).size(), 100u);
  EXPECT_EQ(deepgram_keyterms(strings(200, std::string(30, 'a'))).size(), 50u);
  EXPECT_EQ(deepgram_keyterms({" Okafor "}), strings{"Okafor"});
}

TEST(deepgram_listen, audio_is_binary_and_never_empty) {
  deepgram_listen codec{with_key()};
  EXPECT_TRUE(codec.audio({}).empty());
  const std::vector<uint8_t> frame(160, 0x7f);
  const auto sent = codec.audio(frame);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].binary);
  EXPECT_EQ(sent[0].bytes, std::string(160, '\x7f'));
  EXPECT_EQ(codec.audio_sent(), std::chrono::milliseconds{20});
}

TEST(deepgram_listen, a_stream_that_never_had_audio_is_kept_alive_by_silence) {
  deepgram_listen codec{with_key()};
  auto kept = codec.keep_alive();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_TRUE(kept[0].binary);
  EXPECT_EQ(kept[0].bytes, std::string(160, '\xff'));
  kept = codec.keep_alive();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_FALSE(kept[0].binary);
  EXPECT_EQ(kept[0].bytes, R"({"type":"KeepAlive"})");
  EXPECT_EQ(codec.audio_sent(), std::chrono::milliseconds{20});
  EXPECT_LT(codec.keep_alive_every, std::chrono::seconds{10});
}

TEST(deepgram_listen, orders_are_text) {
  deepgram_listen codec{with_key()};
  ASSERT_EQ(codec.flush().size(), 1u);
  EXPECT_EQ(codec.flush()[0].bytes, R"({"type":"Finalize"})");
  EXPECT_FALSE(codec.flush()[0].binary);
  EXPECT_EQ(codec.closing()[0].bytes, R"({"type":"CloseStream"})");
}

TEST(deepgram_listen, reads_one_utterance) {
  deepgram_listen codec{with_key()};
  strings lines;
  for (const auto& message : testing::golden_messages("deepgram/listen_one_utterance.jsonl"))
    for (auto& line : lines_of(codec, message))
      lines.push_back(line);
  EXPECT_EQ(lines,
            (strings{"[] @1100 I would like", "[settled] @2900 I would like to book a cleaning",
                     "[settled ends] @4100 for next Tuesday.", "[ends] @3900 ",
                     "[settled flush] @10680 "}));
}

TEST(deepgram_listen, metadata_ends_the_stream_only_after_we_closed_it) {
  deepgram_listen codec{with_key()};
  const auto metadata = R"({"type":"Metadata","duration":1})";
  EXPECT_EQ(lines_of(codec, metadata), strings{});
  codec.closing();
  EXPECT_EQ(lines_of(codec, metadata), strings{"[over] @0 "});
}

TEST(deepgram_listen, tells_what_is_missing_or_strange_from_what_cannot_be_read) {
  deepgram_listen codec{with_key()};
  const std::pair<const char*, strings> cases[] = {
      {R"({"type":"Results"})", {"[] @0 "}},
      {R"({"type":"Results","is_final":null,"channel":null,"start":"x"})", {"[] @0 "}},
      {R"({"type":"Results","channel":{"alternatives":[{"transcript":null}]},"speech_final":true})",
       {"[settled ends] @0 "}},
      {R"({"type":"Results","channel":{"alternatives":[{"transcript":"call","confidence":9},)"
       R"({"transcript":"tall"},7]},"start":-4,"duration":5})",
       {"[] @1000 call | tall"}},
      {R"({"type":"Results","channel_index":[1,2],)"
       R"("channel":{"alternatives":[{"transcript":"no"}]}})",
       {}},
      {R"({"type":"UtteranceEnd"})", {}},
      {R"({"type":"UtteranceEnd","last_word_end":0})", {"[ends] @1 "}},
      {R"({"type":"Brandnew","transcript":"x"})", {}},
      {R"({"nothing":1})", {}},
      {"", {"failure bad_input: deepgram: message is not JSON"}},
      {"[]", {"failure bad_input: deepgram: message is not an object"}},
      {R"({"type":"Error","description":"DATA-0000","variant":"x"})",
       {"failure bad_input: deepgram: DATA-0000"}},
      {R"({"type":"Error"})", {"failure unavailable: deepgram: an error without a reason"}},
  };
  for (const auto& [message, expected] : cases)
    EXPECT_EQ(lines_of(codec, message), expected) << message;
  EXPECT_EQ(lines_of(codec, "\x01\x02", true), strings{});
}

TEST(deepgram_listen, nothing_that_comes_does_harm) {
  deepgram_listen codec{with_key()};
  for (const auto& message : testing::golden_messages("deepgram/listen_one_utterance.jsonl"))
    testing::expect_harmless(message, [&](const std::string& text) { codec.read(text, false); });
}

TEST(deepgram_listen, close_codes_say_whether_another_try_helps) {
  deepgram_listen codec{with_key()};
  const struct {
    uint16_t code;
    const char* reason;
    failure_kind kind;
    bool retryable;
  } cases[] = {
      {1008, "DATA-0000 audio cannot be decoded", failure_kind::bad_input, false},
      {1011, "NET-0000 no message in time", failure_kind::unavailable, true},
      {1011, "NET-0001 no audio in time", failure_kind::timeout, true},
      {1000, "", failure_kind::unreachable, true},
      {1006, "", failure_kind::unreachable, true},
      {1009, "BIG-0000", failure_kind::too_large, false},
      {1008, "", failure_kind::bad_input, false},
      {1012, "restart", failure_kind::unavailable, true},
      {1013, "", failure_kind::overloaded, true},
      {4000, "?", failure_kind::unreachable, true},
  };
  for (const auto& c : cases) {
    const auto what = codec.closed(c.code, c.reason);
    EXPECT_EQ(what.kind, c.kind) << c.code << c.reason;
    EXPECT_EQ(what.retryable, c.retryable) << c.code << c.reason;
  }
  EXPECT_EQ(codec.closed(1011, "NET-0001 no\naudio").context,
            "deepgram: socket closed with 1011 NET-0001 no audio");
}

TEST(deepgram_listen, refusals_say_whether_another_try_helps) {
  deepgram_listen codec{with_key()};
  const struct {
    unsigned status;
    const char* body;
    failure_kind kind;
    bool retryable;
    const char* context;
  } cases[] = {
      {400, R"({"category":"INVALID_QUERY_PARAMETER","message":"Failed","details":"model"})",
       failure_kind::bad_input, false, "deepgram: 400 INVALID_QUERY_PARAMETER: Failed model"},
      {401, R"({"err_code":"INVALID_AUTH","err_msg":"Invalid credentials.","request_id":"r"})",
       failure_kind::unauthorized, false, "deepgram: 401 INVALID_AUTH: Invalid credentials."},
      {402, R"({"err_code":"ASR_PAYMENT_REQUIRED","err_msg":"Pay."})", failure_kind::quota, false,
       "deepgram: 402 ASR_PAYMENT_REQUIRED: Pay."},
      {403, "", failure_kind::unauthorized, false, "deepgram: 403"},
      {429, R"({"err_code":"TOO_MANY_REQUESTS","err_msg":"Too many"})", failure_kind::rate_limited,
       true, "deepgram: 429 TOO_MANY_REQUESTS: Too many"},
      {500, "<html><title>Oops</title></html>", failure_kind::unavailable, true,
       "deepgram: 500 Oops"},
      {200, "", failure_kind::bad_input, false, "deepgram: 200"},
  };
  for (const auto& c : cases) {
    service_error answer;
    answer.status = c.status;
    answer.body = c.body;
    answer.retry_after = c.status == 429 ? "2" : "";
    const auto what = codec.refused(answer);
    EXPECT_EQ(what.kind, c.kind) << c.status;
    EXPECT_EQ(what.retryable, c.retryable) << c.status;
    EXPECT_EQ(what.context, c.context);
    EXPECT_EQ(what.retry_after.count(), c.status == 429 ? 2000 : 0);
  }
  service_error by_header;
  by_header.status = 400;
  by_header.error_type = "ASR_PAYMENT_REQUIRED";
  EXPECT_EQ(codec.refused(by_header).kind, failure_kind::quota);
}

} // namespace
} // namespace trunkline
