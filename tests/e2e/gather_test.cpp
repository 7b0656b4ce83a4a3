// Turns by <Gather> at the door: signed, repeated, late, unknown and broken webhooks.

#include "protocol/twilio/twiml_reader.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class gather : public ::testing::Test {
protected:
  http_response turn(const std::string& path, const std::string& sid, const form_fields& more) {
    auto fields = engine.ringing(sid);
    for (auto& [name, value] : fields)
      if (name == "CallStatus")
        value = "in-progress";
    fields.insert(fields.end(), more.begin(), more.end());
    return engine.post(path, fields);
  }
  http_response says(unsigned page, const std::string& words, const std::string& sid = "CA1") {
    return turn("/call/process-speech?page=" + std::to_string(page), sid,
                {{"SpeechResult", words}, {"Confidence", "0.9"}});
  }

  running_engine engine;
};

TEST_F(gather, greets_in_a_prompt_that_listens_with_hints_and_falls_through_to_us) {
  const auto twiml = engine.post("/call/incoming", engine.ringing("CA1")).body;
  EXPECT_EQ(twiml, engine.post("/call/incoming", engine.ringing("CA1")).body);
  const auto verbs = twiml::parse(twiml);
  ASSERT_TRUE(verbs);
  ASSERT_EQ(verbs->size(), 2u);
  const auto& gather = verbs->front();
  EXPECT_EQ(gather.name, "Gather");
  EXPECT_EQ(gather.attribute("input"), "dtmf speech");
  EXPECT_EQ(gather.attribute("bargeIn"), "true");
  EXPECT_THAT(std::string{gather.attribute("hints")}, HasSubstr("Doctor Lee"));
  EXPECT_THAT(std::string{gather.attribute("action")}, HasSubstr("/call/process-speech?page=1"));
  const auto* said = gather.child("Say");
  ASSERT_TRUE(said);
  EXPECT_THAT(said->text, HasSubstr("How can I help you"));
  EXPECT_EQ(said->attribute("voice"), "Polly.Joanna-Neural");
  EXPECT_EQ((*verbs)[1].name, "Redirect");
  EXPECT_THAT((*verbs)[1].text, HasSubstr("page=1&nothing=1"));
}

TEST_F(gather, answers_words_and_the_same_again_when_the_carrier_repeats_itself) {
  engine.post("/call/incoming", engine.ringing("CA1"));
  const auto first = says(1, "what are your opening hours");
  EXPECT_THAT(first.body, HasSubstr("Monday to Friday"));
  EXPECT_THAT(first.body, HasSubstr("page=2"));
  EXPECT_EQ(says(1, "what are your opening hours").body, first.body);
  EXPECT_THAT(says(2, "do you take insurance").body, HasSubstr("insurance plans"));
  EXPECT_EQ(says(1, "what are your opening hours").body, first.body);
  EXPECT_EQ(engine.call("CA1")["turns"].size(), 5u) << engine.call("CA1").dump(1);
}

TEST_F(gather, prepares_for_partial_words_and_never_answers_them) {
  engine.post("/call/incoming", engine.ringing("CA1"));
  for (const auto* sequence : {"1", "0", "x", ""})
    EXPECT_EQ(turn("/call/partial-speech?page=1", "CA1",
                   {{"UnstableSpeechResult", "what are your"}, {"SequenceNumber", sequence}})
                  .status,
              204u);
  EXPECT_EQ(turn("/call/partial-speech?page=1", "CA9", {{"UnstableSpeechResult", "hello"}}).status,
            204u);
  EXPECT_THAT(says(1, "what are your opening hours").body, HasSubstr("Monday to Friday"));
}

TEST_F(gather, asks_a_caller_it_does_not_know_for_a_message) {
  EXPECT_THAT(says(3, "hello", "CA404").body, HasSubstr("<Record"));
}

TEST_F(gather, goes_on_with_a_finished_call_as_the_after_page_would) {
  engine.post("/call/incoming", engine.ringing("CA1"));
  EXPECT_THAT(says(1, "help I can't breathe").body, HasSubstr("nine one one"));
  EXPECT_EQ(engine.ended_call("CA1")["outcome"], "emergency");
  EXPECT_THAT(says(9, "hello").body, HasSubstr("+15550100299"));
  auto fields = engine.ringing("CA1");
  fields.back().second = "completed";
  fields.emplace_back("SequenceNumber", "2");
  EXPECT_EQ(engine.post("/voice/status", fields).status, 204u);
  ASSERT_TRUE(engine.wait([&] { return engine.call("CA1")["carrier_status"] == "completed"; }));
  EXPECT_THAT(says(9, "hello").body, HasSubstr("<Hangup"));
}

TEST_F(gather, brings_a_lost_call_back_with_the_words_of_the_webhook_that_finds_it_lost) {
  engine.post("/call/incoming", engine.ringing("CA1"));
  says(1, "I want to book a cleaning");
  client_request kill;
  kill.method = "POST";
  kill.url = engine.admin_url("/api/v1/calls/CA1/children/supervisor/kill?how=exit");
  engine.fetch(kill);
  ASSERT_TRUE(engine.wait([&] { return engine.call("CA1")["state"] != "live"; }));
  const auto answer = says(2, "next Tuesday at two thirty").body;
  EXPECT_THAT(answer, HasSubstr("<Gather"));
  EXPECT_THAT(answer, HasSubstr("name")) << "the cleaning and the day are known: it asks on";
  EXPECT_EQ(engine.call("CA1")["resumes"], 1);
}

TEST_F(gather, takes_strange_webhooks_without_harm) {
  engine.post("/call/incoming", engine.ringing("CA1"));
  const std::vector<std::pair<std::string, form_fields>> odd = {
      {"/call/process-speech", {}},
      {"/call/process-speech?page=99999999999999999999", {{"SpeechResult", "hello"}}},
      {"/call/process-speech?page=-1&page=&=&&waited=x", {{"Digits", "abc<>"}}},
      {"/call/process-speech?page=1&nothing=1", {{"Confidence", "NaN"}}},
      {"/call/process-speech?page=1", {{"SpeechResult", std::string(5000, 'a')}}},
      {"/call/process-speech?page=2", {{"SpeechResult", "\xff\xfe<Say>\x01"}, {"Confidence", "7"}}},
      {"/call/process-speech?page=4", {{"Digits", std::string(4000, '9')}}}};
  for (const auto& [path, fields] : odd) {
    const auto answer = turn(path, "CA1", fields);
    EXPECT_EQ(answer.status, 200u) << path;
    EXPECT_TRUE(twiml::parse(answer.body)) << answer.body;
  }
  EXPECT_EQ(engine.get("/healthz").status, 200u);
  EXPECT_EQ(engine.call("CA1")["state"], "live");
}

TEST_F(gather, refuses_a_turn_with_a_wrong_signature) {
  engine.post("/call/incoming", engine.ringing("CA1"));
  auto request = engine.webhook("/call/process-speech?page=1", engine.ringing("CA1"));
  request.url += "0"; // page 10
  EXPECT_EQ(engine.fetch(request).status, 403u);
}

TEST(gather_engines, answer_the_webhook_of_a_call_that_another_one_on_the_same_database_began) {
  testing::temp_dir shared;
  const auto on_it = [&](engine_config& config) {
    config.store.database = (shared.path() / "calls.db").string();
  };
  running_engine first(on_it), second(on_it);
  first.post("/call/incoming", first.ringing("CA1"));
  const auto words = [](const std::string& said) {
    auto fields = running_engine::ringing("CA1");
    fields.emplace_back("SpeechResult", said);
    return fields;
  };
  first.post("/call/process-speech?page=1", words("I want to book a cleaning"));
  ASSERT_TRUE(first.delivered());
  const auto answer =
      second.post("/call/process-speech?page=2", words("next Tuesday at two thirty")).body;
  EXPECT_THAT(answer, HasSubstr("<Gather"));
  EXPECT_THAT(answer, HasSubstr("name"));
  EXPECT_THAT(answer, HasSubstr("page=3"));
}

} // namespace
} // namespace trunkline
