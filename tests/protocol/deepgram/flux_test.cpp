#include "protocol/deepgram/flux.hpp"

#include "tests/protocol/speech/statements.hpp"

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using testing::lines_of;
using strings = std::vector<std::string>;

TEST(deepgram_flux, asks_only_for_what_this_version_knows) {
  deepgram_flux_settings s;
  s.api_key = "KEY";
  deepgram_flux codec{s};
  EXPECT_EQ(codec.handshake().target, "/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate="
                                      "8000&eot_threshold=0.7&eot_timeout_ms=5000");
  EXPECT_EQ(codec.handshake().headers[0].second, "Token KEY");
  EXPECT_FALSE(codec.can_flush);
  EXPECT_TRUE(codec.flush().empty());
  EXPECT_EQ(codec.final_within, 6000ms);
}

TEST(deepgram_flux, thresholds_stay_within_what_the_service_accepts) {
  deepgram_flux_settings s;
  s.eot_threshold = 0.6;
  s.eager_eot_threshold = 0.8;
  s.eot_timeout = 100ms;
  s.keyterms = {"Dr. Okafor"};
  s.language_hints = {"en", "", "es"};
  s.redact = {"numbers"};
  s.numerals = s.mip_opt_out = true;
  s.tag = "t";
  EXPECT_EQ(deepgram_flux{s}.handshake().target,
            "/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000&eot_threshold=0.6&"
            "eot_timeout_ms=500&eager_eot_threshold=0.6&keyterm=Dr.%20Okafor&redact=numbers&"
            "numerals=true&mip_opt_out=true&tag=t");
  s.model = "flux-general-multi";
  EXPECT_NE(deepgram_flux{s}.handshake().target.find("&language_hint=en&language_hint=es"),
            std::string::npos);
}

TEST(deepgram_flux, a_pause_of_the_audio_is_filled_with_silence_of_the_same_length) {
  deepgram_flux codec{{}};
  EXPECT_TRUE(codec.audio({}).empty());
  const auto kept = codec.keep_alive();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_TRUE(kept[0].binary);
  EXPECT_EQ(kept[0].bytes, std::string(4000, '\xff'));
  EXPECT_EQ(codec.keep_alive_every, 500ms);
  EXPECT_EQ(codec.audio_sent(), 500ms);
  EXPECT_EQ(codec.closing()[0].bytes, R"({"type":"CloseStream"})");
}

TEST(deepgram_flux, reads_two_turns) {
  deepgram_flux codec{{}};
  strings lines;
  for (const auto& message : testing::golden_messages("deepgram/flux_two_turns.jsonl"))
    for (auto& line : lines_of(codec, message))
      lines.push_back(line);
  EXPECT_EQ(lines, (strings{"[turn] @240 ", "[turn] @960 Tuesday", "[turn early] @1440 Tuesday",
                            "[turn back] @1680 Tuesday",
                            "[settled ends turn] @2880 Tuesday at nine.", "[turn] @3120 "}));
}

TEST(deepgram_flux, the_confidence_is_that_of_the_words) {
  deepgram_flux codec{{}};
  const auto messages = testing::golden_messages("deepgram/flux_two_turns.jsonl");
  for (size_t i = 0; i < 6; ++i)
    codec.read(messages[i], false);
  EXPECT_NEAR(codec.read(messages[6], false)->at(0).confidence, 0.8f, 1e-5);
}

TEST(deepgram_flux, a_missing_message_is_a_failure_and_a_repeated_one_is_not) {
  const auto messages = testing::golden_messages("deepgram/flux_two_turns.jsonl");
  deepgram_flux codec{{}};
  codec.read(messages[0], false);
  codec.read(messages[1], false);
  EXPECT_TRUE(codec.read(messages[1], false));
  const auto lost = codec.read(messages[4], false);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, failure_kind::unavailable);
  EXPECT_TRUE(lost.error().retryable);
  EXPECT_EQ(lost.error().context, "deepgram: messages 2 to 3 are missing");
  // Without numbers nothing can be missed.
  deepgram_flux plain{{}};
  EXPECT_EQ(lines_of(plain, R"({"type":"TurnInfo","event":"Update","transcript":"a"})"),
            strings{"[turn] @0 a"});
}

TEST(deepgram_flux, what_comes_late_of_a_turn_that_is_over_is_ignored) {
  deepgram_flux codec{{}};
  const auto turn = [](const char* event, int index) {
    return R"({"type":"TurnInfo","transcript":"x","event":")" + std::string{event} +
           R"(","turn_index":)" + std::to_string(index) + "}";
  };
  EXPECT_EQ(lines_of(codec, turn("EndOfTurn", 3)).size(), 1u);
  EXPECT_EQ(lines_of(codec, turn("Update", 3)).size(), 0u);
  EXPECT_EQ(lines_of(codec, turn("Update", 4)).size(), 1u);
  EXPECT_EQ(lines_of(codec, turn("Brandnew", 4)).size(), 0u);
}

TEST(deepgram_flux, errors_are_fatal_and_strange_messages_are_not) {
  deepgram_flux codec{{}};
  EXPECT_EQ(
      lines_of(codec, R"({"type":"Error","sequence_id":1,"code":"NET-0000","description":"x"})"),
      strings{"failure unavailable: deepgram: NET-0000 x"});
  EXPECT_EQ(lines_of(codec, R"({"type":"ConfigureFailure","request_id":"r"})"), strings{});
  EXPECT_EQ(lines_of(codec, R"({"type":7})"), strings{});
  EXPECT_EQ(lines_of(codec, "no"), strings{"failure bad_input: deepgram: message is not JSON"});
  EXPECT_EQ(codec.closed(1008, "DATA-0000").retryable, false);
  service_error answer;
  answer.status = 402;
  EXPECT_EQ(codec.refused(answer).kind, failure_kind::quota);
}

TEST(deepgram_flux, nothing_that_comes_does_harm) {
  deepgram_flux codec{{}};
  for (const auto& message : testing::golden_messages("deepgram/flux_two_turns.jsonl"))
    testing::expect_harmless(message, [&](const std::string& text) { codec.read(text, false); });
}

} // namespace
} // namespace trunkline
