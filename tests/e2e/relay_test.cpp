// ConversationRelay as a carrier meets it: what its socket says and is told, good and bad.

#include "protocol/twilio/relay_message.hpp"
#include "protocol/twilio/twiml_reader.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::raw_stream;
using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto door = "/api/v1/voice/conversation-relay";

struct relay_offer {
  std::string url, token, action;
};

relay_offer offer_in(const std::string& twiml) {
  const auto verbs = twiml::parse(twiml);
  if (!verbs || verbs->empty() || verbs->front().name != "Connect")
    return {};
  const auto* noun = verbs->front().child("ConversationRelay");
  const auto* parameter = noun ? noun->child("Parameter") : nullptr;
  if (!parameter)
    return {};
  return {std::string{noun->attribute("url")}, std::string{parameter->attribute("value")},
          std::string{verbs->front().attribute("action")}};
}

class relay : public ::testing::Test {
protected:
  relay_offer announced(const std::string& sid) {
    auto offer = offer_in(engine.post(door, engine.ringing(sid)).body);
    EXPECT_NE(offer.url, "") << "no session was offered to " << sid;
    return offer;
  }
  static void set_up(raw_stream& stream, const std::string& sid, const std::string& token) {
    relay_setup setup;
    setup.session_id = "VX1";
    setup.call_sid = sid;
    setup.parameters = {{"token", token}};
    stream.send(render(relay_heard{setup}));
  }
  /// A session that has said its greeting.
  std::shared_ptr<raw_stream> session(const std::string& sid) {
    const auto offer = announced(sid);
    auto stream = engine.open_stream(offer.url);
    set_up(*stream, sid, offer.token);
    EXPECT_TRUE(engine.wait([&] { return says(*stream, "How can I help you"); })) << sid;
    return stream;
  }
  /// All text it was sent; " | " where a talk cycle ends.
  static std::string spoken(const raw_stream& stream) {
    std::string all;
    for (const auto& message : stream.received) {
      const auto said = parse_relay_said(message);
      EXPECT_TRUE(said) << message;
      if (const auto* text = said ? std::get_if<relay_text>(&*said) : nullptr)
        all += text->token + (text->last ? " | " : "");
    }
    return all;
  }
  static bool says(const raw_stream& stream, const std::string& part) {
    return spoken(stream).find(part) != std::string::npos;
  }
  static void prompt(raw_stream& stream, const std::string& words, bool last = true) {
    stream.send(render(relay_heard{relay_prompt{words, "en-US", last}}));
  }

  running_engine engine;
};

TEST_F(relay, offers_a_session_that_ends_in_the_action_or_the_after_page) {
  const auto twiml = engine.post(door, engine.ringing("CA1")).body;
  EXPECT_EQ(twiml, engine.post(door, engine.ringing("CA1")).body);
  EXPECT_THAT(twiml, HasSubstr("<Redirect"));
  EXPECT_THAT(twiml, HasSubstr("ttsProvider=\"Amazon\""));
  EXPECT_THAT(offer_in(twiml).action, HasSubstr("/api/v1/voice/conversation-relay/action"));
}

TEST_F(relay, sends_a_reply_as_one_talk_cycle_that_ends_with_last) {
  const auto stream = session("CA1");
  prompt(*stream, "what are your opening", false);
  prompt(*stream, "What are your opening hours?");
  ASSERT_TRUE(engine.wait([&] { return says(*stream, "Monday to Friday"); }));
  ASSERT_TRUE(engine.wait([&] { return spoken(*stream).ends_with(" | "); }));
  const auto all = spoken(*stream);
  EXPECT_EQ(std::count(all.begin(), all.end(), '|'), 2) << all;
}

TEST_F(relay, remembers_only_what_was_heard_of_a_reply_that_was_interrupted) {
  const auto stream = session("CA1");
  prompt(*stream, "what are your opening hours");
  ASSERT_TRUE(engine.wait([&] { return says(*stream, "Monday to Friday"); }));
  stream->send(render(relay_heard{relay_interrupt{"We are open Monday to", 900ms}}));
  prompt(*stream, "do you take insurance", false);
  prompt(*stream, "do you take insurance");
  ASSERT_TRUE(engine.wait([&] { return says(*stream, "insurance plans"); })) << spoken(*stream);
  const auto turns = engine.call("CA1")["turns"];
  bool found = false;
  for (const auto& turn : turns)
    if (turn["role"] == "agent" && turn["action"].dump().find("barge_in") != std::string::npos) {
      found = true;
      EXPECT_THAT(turn["text"].get<std::string>(), HasSubstr("Friday"));
      EXPECT_EQ(turn["heard"], "We are open Monday to");
    }
  EXPECT_TRUE(found) << turns.dump(1);
}

TEST_F(relay, goes_on_with_what_was_cut_off_by_a_mere_acknowledgement) {
  const auto stream = session("CA1");
  prompt(*stream, "what are your opening hours");
  ASSERT_TRUE(engine.wait([&] { return says(*stream, "Monday to Friday"); }));
  stream->send(render(relay_heard{relay_interrupt{"We are open Monday to Friday from", 1900ms}}));
  prompt(*stream, "okay");
  EXPECT_TRUE(engine.wait([&] {
    const auto all = spoken(*stream);
    const auto first = all.find("eight to five");
    return first != std::string::npos && all.find("eight to five", first + 1) != std::string::npos;
  })) << spoken(*stream);
}

TEST_F(relay, takes_keys) {
  const auto stream = session("CA1");
  stream->send(R"({"type":"dtmf","digit":"5"})");
  ASSERT_TRUE(engine.wait([&] {
    const auto turns = engine.call("CA1")["turns"];
    return !turns.empty() && turns.dump().find("key 5") != std::string::npos;
  }));
}

TEST_F(relay, ends_the_session_with_handoff_data_and_hands_the_emergency_over) {
  const auto stream = session("CA1");
  prompt(*stream, "help I can't breathe");
  ASSERT_TRUE(engine.wait([&] { return says(*stream, "nine one one"); }));
  stream->send(R"({"type":"info","name":"agentSpeaking","value":"off"})");
  ASSERT_TRUE(engine.wait([&] { return stream->closed != 0; }));
  EXPECT_EQ(stream->closed, 1000);
  const auto last = parse_relay_said(stream->received.back());
  ASSERT_TRUE(last && std::holds_alternative<relay_end>(*last)) << stream->received.back();
  EXPECT_THAT(std::get<relay_end>(*last).handoff, HasSubstr("emergency"));
  auto fields = engine.ringing("CA1");
  fields.back().second = "in-progress";
  fields.emplace_back("SessionStatus", "ended");
  const auto after = engine.post(std::string{door} + "/action", fields);
  EXPECT_THAT(after.body, HasSubstr("+15550100299"));
}

TEST_F(relay, goes_on_in_a_new_session_when_the_socket_breaks) {
  auto stream = session("CA1");
  prompt(*stream, "I want to book a cleaning");
  ASSERT_TRUE(engine.wait([&] { return spoken(*stream).find("day", 80) != std::string::npos; }));
  stream->socket->close(1011, "the carrier's machine is gone");
  ASSERT_TRUE(engine.wait([&] { return stream->closed != 0; }));
  auto fields = engine.ringing("CA1");
  fields.back().second = "in-progress";
  fields.emplace_back("SessionStatus", "failed");
  fields.emplace_back("ErrorCode", "64105");
  const auto offer = offer_in(engine.post(std::string{door} + "/action", fields).body);
  ASSERT_NE(offer.url, "");
  stream = engine.open_stream(offer.url);
  set_up(*stream, "CA1", offer.token);
  EXPECT_TRUE(engine.wait([&] { return says(*stream, "we were cut off"); }));
  EXPECT_EQ(engine.call("CA1")["resumes"], 1);
}

TEST_F(relay, refuses_who_is_not_announced_or_says_other_things_first) {
  const auto offer = announced("CA1");
  EXPECT_THAT(engine.open_stream(offer.url, false)->refused, HasSubstr("403"));
  const std::vector<std::string> firsts = {
      R"({"type":"prompt","voicePrompt":"hello"})",
      "{",
      "[]",
      R"({"type":"setup"})",
      R"({"type":"setup","sessionId":"VX1","callSid":"CA1","customParameters":{"token":"guess"}})",
      R"({"type":"setup","sessionId":"VX1","callSid":"CA9","customParameters":{"token":")" +
          offer.token + "\"}}"};
  for (const auto& first : firsts) {
    const auto stream = engine.open_stream(offer.url);
    stream->send(first);
    EXPECT_TRUE(engine.wait([&] { return stream->closed != 0; })) << first;
    EXPECT_EQ(stream->closed, 1008) << first;
  }
  const auto carrier = engine.open_stream(offer.url);
  set_up(*carrier, "CA1", offer.token);
  EXPECT_TRUE(engine.wait([&] { return !carrier->received.empty(); }));
  const auto second = engine.open_stream(offer.url);
  set_up(*second, "CA1", offer.token);
  EXPECT_TRUE(engine.wait([&] { return second->closed == 1008; })) << "a token opens one socket";
  EXPECT_EQ(carrier->closed, 0);
}

TEST_F(relay, ignores_and_counts_what_it_does_not_know) {
  const auto stream = session("CA1");
  for (const auto* odd :
       {R"({"type":"speculation","x":1})", R"({"type":"error","description":"Invalid message"})",
        R"({"type":"prompt","voicePrompt":"","lang":"xx-??","last":true})",
        R"({"type":"prompt","voicePrompt":"uh","lang":"klingon","last":false})",
        R"({"type":"interrupt","utteranceUntilInterrupt":"nothing we ever said"})",
        R"({"type":"info","name":"tokensPlayed","value":"We"})", R"({"type":"info"})",
        R"({"type":"setup","sessionId":"VX2","callSid":"CA1"})"})
    stream->send(odd);
  prompt(*stream, "what are your opening hours");
  EXPECT_TRUE(engine.wait([&] { return says(*stream, "Monday to Friday"); })) << spoken(*stream);
  const auto metrics = engine.get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("unknown_message"));
  EXPECT_THAT(metrics, HasSubstr("carrier_error"));
}

TEST_F(relay, closes_after_ten_messages_in_a_row_that_mean_nothing_and_not_before) {
  const auto stream = session("CA1");
  for (int i = 0; i < 9; ++i)
    stream->send("{\"type\":\"dtmf\",\"digit\":\"no key\"}");
  prompt(*stream, "what are your opening hours");
  ASSERT_TRUE(engine.wait([&] { return says(*stream, "Monday to Friday"); }));
  EXPECT_EQ(stream->closed, 0);
  for (int i = 0; i < 10; ++i)
    stream->send("no JSON");
  ASSERT_TRUE(engine.wait([&] { return stream->closed != 0; }));
  EXPECT_EQ(stream->closed, 1007);
  EXPECT_EQ(engine.ended_call("CA1")["end_reason"], "media_lost");
}

TEST_F(relay, closes_on_a_message_over_the_limit_and_the_engine_goes_on) {
  const auto stream = session("CA1");
  prompt(*stream, std::string(70 * 1024, 'a'));
  ASSERT_TRUE(engine.wait([&] { return stream->closed != 0; }));
  EXPECT_EQ(stream->closed, 1009);
  const auto other = session("CA2");
  prompt(*other, "what are your opening hours " + std::string(40 * 1024, ' ') + "please");
  EXPECT_TRUE(
      engine.wait([&] { return says(*other, "Monday to Friday") || other->received.size() > 3; }));
  EXPECT_EQ(other->closed, 0);
}

} // namespace
} // namespace trunkline
