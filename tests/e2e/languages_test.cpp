// A caller who asks for Spanish gets it on every channel: words, voice and fixed phrases.

#include "protocol/phrases/catalogue.hpp"
#include "protocol/twilio/relay_message.hpp"
#include "protocol/twilio/twiml_reader.hpp"
#include "tests/support/running_engine.hpp"
#include "tests/support/script_plan.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto relay_door = "/api/v1/voice/conversation-relay";

void speaks_spanish_too(engine_config& config) {
  spoken_language spanish;
  spanish.tag = "es-US";
  spanish.greeting = "Hola.";
  spanish.say_voice = "Polly.Lupe-Neural";
  spanish.emergency_line = phrase_text(phrase::emergency, "es");
  spanish.numbers = {"+15550100201"};
  config.assistants[0].languages = {spanish};
  config.assistants[0].numbers.emplace_back("+15550100201");
}

class languages : public ::testing::Test {
protected:
  std::string turn(const std::string& path, const form_fields& more = {}) {
    auto fields = engine.ringing("CA1");
    fields.insert(fields.end(), more.begin(), more.end());
    return engine.post(path, fields).body;
  }
  std::string says(unsigned page, const std::string& words) {
    return turn("/call/process-speech?page=" + std::to_string(page),
                {{"SpeechResult", words}, {"Confidence", "0.9"}});
  }

  running_engine engine{speaks_spanish_too};
};

TEST_F(languages, of_gather_turns_change_voice_recognition_and_phrases) {
  const auto greeting = turn("/call/incoming");
  EXPECT_THAT(greeting, HasSubstr("language=\"en-US\""));
  EXPECT_THAT(greeting, HasSubstr("Polly.Joanna-Neural"));
  const auto switched = says(1, "en español por favor");
  EXPECT_THAT(switched, HasSubstr("Claro, sigamos en español."));
  const auto verbs = twiml::parse(switched);
  ASSERT_TRUE(verbs);
  EXPECT_EQ(verbs->front().attribute("language"), "es-US") << switched;
  const auto* said = verbs->front().child("Say");
  ASSERT_TRUE(said) << switched;
  EXPECT_EQ(said->attribute("voice"), "Polly.Lupe-Neural");
  EXPECT_EQ(said->attribute("language"), "es-US");
  EXPECT_THAT(says(2, "¿a qué hora abren?"), HasSubstr("Abrimos de lunes a viernes."));
  EXPECT_EQ(engine.call("CA1")["services"]["language"], "es-US");
  EXPECT_EQ(engine.call("CA1")["turns"].back()["services"]["language"], "es-US");
  EXPECT_THAT(says(3, "English please"), HasSubstr("Of course, English it is."));
  EXPECT_THAT(says(4, "when do you open"), HasSubstr("We open from Monday to Friday."));
}

TEST_F(languages, of_a_call_are_at_first_those_of_its_number) {
  auto fields = engine.ringing("CA1");
  for (auto& [name, value] : fields)
    if (name == "To")
      value = "+15550100201";
  const auto greeting = engine.post("/call/incoming", fields).body;
  EXPECT_THAT(greeting, HasSubstr("Hola."));
  EXPECT_THAT(greeting, HasSubstr("Polly.Lupe-Neural"));
  for (auto& [name, value] : fields)
    if (name == "CallSid")
      value = "CA2";
  const auto offer = twiml::parse(engine.post(relay_door, fields).body);
  ASSERT_TRUE(offer && offer->front().child("ConversationRelay"));
  EXPECT_EQ(offer->front().child("ConversationRelay")->attribute("language"), "es-US");
}

TEST_F(languages, of_a_call_whose_model_is_lost_are_those_of_message_taking) {
  turn("/call/incoming");
  says(1, "en español por favor");
  const auto lost = says(2, "falla");
  EXPECT_THAT(lost, HasSubstr(phrase_text(phrase::cannot_answer, "es")));
  const auto message = turn("/voice/after");
  EXPECT_THAT(message, HasSubstr(phrase_text(phrase::leave_message, "es")));
  EXPECT_THAT(message, HasSubstr(phrase_text(phrase::no_message_heard, "es")));
  EXPECT_THAT(message, HasSubstr("Polly.Lupe-Neural"));
  const auto saved = turn("/voice/after?step=recorded",
                          {{"RecordingUrl", "https://x.example/1"}, {"RecordingSid", "RE1"}});
  EXPECT_THAT(saved, HasSubstr(phrase_text(phrase::message_saved, "es")));
}

TEST_F(languages, survive_the_loss_of_the_call_tree) {
  turn("/call/incoming");
  says(1, "en español por favor");
  client_request kill;
  kill.method = "POST";
  kill.url = engine.admin_url("/api/v1/calls/CA1/children/supervisor/kill?how=exit");
  engine.fetch(kill);
  ASSERT_TRUE(engine.wait([&] { return engine.call("CA1")["state"] != "live"; }));
  const auto answered = says(2, "¿a qué hora abren?");
  EXPECT_THAT(answered, HasSubstr("Abrimos de lunes a viernes."));
  EXPECT_THAT(answered, HasSubstr("language=\"es-US\""));
}

TEST_F(languages, of_a_relay_session_change_by_its_language_message) {
  const auto twiml = engine.post(relay_door, engine.ringing("CA1")).body;
  const auto verbs = twiml::parse(twiml);
  ASSERT_TRUE(verbs && verbs->front().child("ConversationRelay")) << twiml;
  const auto& noun = *verbs->front().child("ConversationRelay");
  EXPECT_EQ(noun.attribute("language"), "en-US");
  std::vector<std::string> offered;
  for (const auto& one : noun.children)
    if (one.name == "Language")
      offered.push_back(std::string{one.attribute("code")} + " " +
                        std::string{one.attribute("ttsProvider")} + " " +
                        std::string{one.attribute("voice")});
  EXPECT_EQ(offered,
            (std::vector<std::string>{"en-US Amazon Joanna-Neural", "es-US Amazon Lupe-Neural"}));
  const auto stream = engine.open_stream(std::string{noun.attribute("url")});
  relay_setup setup;
  setup.session_id = "VX1";
  setup.call_sid = "CA1";
  setup.parameters = {{"token", std::string{noun.child("Parameter")->attribute("value")}}};
  stream->send(render(relay_heard{setup}));
  // What the carrier is told, in order: "[tag]" for a language, text as it is.
  const auto told = [&] {
    std::string all;
    for (const auto& message : stream->received) {
      const auto said = parse_relay_said(message);
      EXPECT_TRUE(said) << message;
      if (!said)
        continue;
      if (const auto* text = std::get_if<relay_text>(&*said))
        all += text->token;
      else if (const auto* language = std::get_if<relay_language>(&*said))
        all += "[" + language->speech + "/" + language->transcription + "]";
    }
    return all;
  };
  const auto hears = [&](const std::string& part) {
    return engine.wait([&] { return told().find(part) != std::string::npos; });
  };
  ASSERT_TRUE(hears("How can I help you?"));
  EXPECT_THAT(told(), Not(HasSubstr("[")));
  stream->send(render(relay_heard{relay_prompt{"en español por favor", "en-US", true}}));
  ASSERT_TRUE(hears("[es-US/es-US]Claro, sigamos en español.")) << told();
  stream->send(render(relay_heard{relay_prompt{"¿a qué hora abren?", "es-US", true}}));
  ASSERT_TRUE(hears("Abrimos de lunes a viernes.")) << told();
  stream->send(render(relay_heard{relay_prompt{"falla", "es-US", true}}));
  ASSERT_TRUE(hears(phrase_text(phrase::cannot_answer, "es"))) << told();
}

TEST_F(languages, of_a_media_stream_go_on_with_the_same_conversation) {
  const auto call = engine.place(
      running_engine::says({"when do you open", "en español por favor", "a qué hora abren"}));
  ASSERT_TRUE(engine.wait_for_end(call));
  const auto row = engine.ended_call(call->facts().call_sid);
  std::string agent;
  for (const auto& turn : row["turns"])
    if (turn["role"] == "agent")
      agent += turn["text"].get<std::string>() + "\n";
  EXPECT_THAT(agent, HasSubstr("We open from Monday to Friday.\nClaro, sigamos en español.\n"
                               "Abrimos de lunes a viernes.\n"))
      << row.dump(1);
  EXPECT_EQ(row["services"]["language"], "es-US");
  EXPECT_EQ(row["error_count"], 0);
}

TEST_F(languages, change_for_a_caller_of_the_simulated_carrier_too) {
  for (const auto* channel : {"relay", "gather"}) {
    engine.carrier.incoming_path = testing::incoming_path(channel);
    engine.carrier.text_per_character = 5ms;
    engine.carrier.recogniser_silence = 100ms;
    const auto call = engine.place(
        running_engine::says({"when do you open", "en español por favor", "a qué hora abren"}));
    call->caller().will_know_words();
    ASSERT_TRUE(engine.wait_for_end(call)) << channel;
    EXPECT_EQ(call->facts().languages, (std::vector<std::string>{"en-US", "es-US"})) << channel;
    EXPECT_THAT(call->facts().carrier_said, Contains(HasSubstr("Abrimos de lunes a viernes.")))
        << channel;
    EXPECT_EQ(call->facts().relay.bad_messages, 0u);
    EXPECT_EQ(call->facts().troubles, 0u) << call->facts().stream_trouble;
  }
}

} // namespace
} // namespace trunkline
