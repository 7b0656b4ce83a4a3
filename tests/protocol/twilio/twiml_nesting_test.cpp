// Every document the engine may answer with, against what a carrier allows: which element may stand
// in which, with which attributes, and how long its text may be.

#include "protocol/twilio/twiml.hpp"
#include "protocol/twilio/twiml_reader.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace trunkline {
namespace {

struct rule {
  std::set<std::string> parents, attributes;
  size_t text_max = 0; ///< 0: no text of its own
};

const std::map<std::string, rule> rules = {
    {"Say", {{"Response", "Gather"}, {"voice", "language", "loop"}, 4096}},
    {"Gather",
     {{"Response"},
      {"input", "action", "method", "timeout", "speechTimeout", "maxSpeechTime", "finishOnKey",
       "numDigits", "hints", "language", "speechModel", "enhanced", "profanityFilter",
       "actionOnEmptyResult", "bargeIn", "partialResultCallback", "partialResultCallbackMethod"}}},
    {"Connect", {{"Response"}, {"action", "method"}}},
    {"Stream", {{"Connect"}, {"url", "name", "track"}}},
    {"ConversationRelay",
     {{"Connect"},
      {"url", "welcomeGreeting", "welcomeGreetingInterruptible", "language", "ttsLanguage",
       "transcriptionLanguage", "ttsProvider", "voice", "transcriptionProvider", "speechModel",
       "interruptible", "interruptSensitivity", "ignoreBackchannel", "preemptible",
       "reportInputDuringAgentSpeech", "dtmfDetection", "partialPrompts", "hints", "events"}}},
    {"Language",
     {{"ConversationRelay"},
      {"code", "ttsProvider", "voice", "transcriptionProvider", "speechModel"}}},
    {"Parameter", {{"Stream", "ConversationRelay"}, {"name", "value"}}},
    {"Redirect", {{"Response"}, {"method"}, 4096}},
    {"Record",
     {{"Response"},
      {"action", "method", "timeout", "maxLength", "playBeep", "recordingStatusCallback"}}},
    {"Dial", {{"Response"}, {"action", "timeout", "callerId", "answerOnBridge"}}},
    {"Number", {{"Dial"}, {}, 64}},
    {"Hangup", {{"Response"}, {}}},
    {"Reject", {{"Response"}, {"reason"}}}};

void expect_allowed(const twiml::element& one, const std::string& parent) {
  const auto found = rules.find(one.name);
  ASSERT_NE(found, rules.end()) << one.name;
  EXPECT_EQ(found->second.parents.count(parent), 1u) << one.name << " in " << parent;
  for (const auto& [name, value] : one.attributes)
    EXPECT_EQ(found->second.attributes.count(name), 1u) << one.name << " " << name;
  if (one.children.empty()) {
    EXPECT_LE(one.text.size(), found->second.text_max) << one.name;
  }
  for (const auto& child : one.children)
    expect_allowed(child, one.name);
}

std::vector<twiml::element> allowed(const std::string& document) {
  EXPECT_LE(document.size(), 64u * 1024);
  const auto verbs = twiml::parse(document);
  EXPECT_TRUE(verbs) << verbs.error().context;
  if (!verbs)
    return {};
  for (const auto& verb : *verbs)
    expect_allowed(verb, "Response");
  return *verbs;
}

twiml::gather turn() {
  twiml::gather document;
  document.prompt = {"How can I help you?", "Polly.Joanna-Neural", "en-US"};
  document.action = "https://voice.example.test/call/process-speech?turn=1";
  document.otherwise = "https://voice.example.test/call/process-speech?turn=1&silent=1";
  document.language = "en-US";
  return document;
}

TEST(twiml_nesting_test, a_gather_turn_never_falls_through_to_nothing) {
  const auto verbs = allowed(twiml::gather_turn(turn()));
  ASSERT_EQ(verbs.size(), 2u);
  EXPECT_EQ(verbs[0].name, "Gather");
  EXPECT_EQ(verbs[0].attribute("input"), "dtmf speech");
  EXPECT_EQ(verbs[0].attribute("action"), turn().action);
  EXPECT_EQ(verbs[0].attribute("speechTimeout"), "auto");
  EXPECT_EQ(verbs[0].attribute("speechModel"), "phone_call"); // "auto" needs a named one
  EXPECT_EQ(verbs[0].attribute("bargeIn"), "true");
  ASSERT_EQ(verbs[0].children.size(), 1u);
  EXPECT_EQ(verbs[0].children[0].text, "How can I help you?");
  EXPECT_EQ(verbs[0].children[0].attribute("language"), "en-US");
  EXPECT_EQ(verbs[1].name, "Redirect");
  EXPECT_EQ(verbs[1].text, turn().otherwise);
}

TEST(twiml_nesting_test, a_keypad_turn_says_nothing_about_speech) {
  auto document = turn();
  document.speech_input = false;
  document.digits = 1;
  document.interruptible = false;
  const auto verbs = allowed(twiml::gather_turn(document));
  EXPECT_EQ(verbs[0].attribute("input"), "dtmf");
  EXPECT_EQ(verbs[0].attribute("numDigits"), "1");
  EXPECT_EQ(verbs[0].attribute("speechTimeout"), "");
  EXPECT_EQ(verbs[0].attribute("bargeIn"), "false");
}

TEST(twiml_nesting_test, hints_stay_within_the_carriers_limits) {
  auto document = turn();
  document.hints = std::vector<std::string>(600, "cleaning, deep");
  document.hints[0] = std::string(300, 'x');
  const auto verbs = allowed(twiml::gather_turn(document));
  const auto hints = verbs[0].attribute("hints");
  EXPECT_EQ(std::count(hints.begin(), hints.end(), ','), 499);
  EXPECT_EQ(hints.find(','), 100u);
  EXPECT_NE(hints.find("cleaning  deep"), hints.npos);
}

TEST(twiml_nesting_test, connects_a_relay_and_always_redirects_after_it) {
  twiml::relay document;
  document.url = "wss://voice.example.test/api/v1/voice/conversation-relay/1";
  document.parameters = {{"token", "t-1"}};
  document.action = "https://voice.example.test/api/v1/voice/conversation-relay/action";
  document.redirect = "https://voice.example.test/voice/after";
  document.welcome = "Hello <you> & \"all\"";
  document.language = "en-US";
  document.tts_provider = "Google";
  document.transcription_provider = "Deepgram";
  document.events = "tokens-played";
  document.languages = {{"es-MX", "es-US-Chirp3-HD-Aoede", "Google", "Deepgram", ""}};
  const auto verbs = allowed(twiml::connect_relay(document));
  ASSERT_EQ(verbs.size(), 2u);
  EXPECT_EQ(verbs[0].attribute("action"), document.action);
  const auto* relay = verbs[0].child("ConversationRelay");
  ASSERT_TRUE(relay);
  EXPECT_EQ(relay->attribute("url"), document.url);
  EXPECT_EQ(relay->attribute("welcomeGreeting"), document.welcome);
  EXPECT_EQ(relay->attribute("partialPrompts"), "true");
  EXPECT_EQ(relay->attribute("dtmfDetection"), "true");
  EXPECT_EQ(relay->attribute("speechModel"), "");
  ASSERT_TRUE(relay->child("Language"));
  EXPECT_EQ(relay->child("Language")->attribute("code"), "es-MX");
  EXPECT_EQ(relay->child("Parameter")->attribute("value"), "t-1");
  EXPECT_EQ(verbs[1].name, "Redirect");
}

TEST(twiml_nesting_test, all_other_documents_keep_to_the_rules) {
  allowed(
      twiml::connect_stream({"wss://x.test/s", {{"token", "t"}}, "", "/after", {"Hi", "", ""}}));
  allowed(twiml::say({"Good bye", "woman", ""}));
  allowed(twiml::say_and_record({{"Speak", "", ""}, "/a", "/r", 90, 4, {"Nothing", "", ""}}));
  allowed(twiml::dial({{"Connecting", "", ""}, "+15551230009", "/a", 20, "+15551230001"}));
  allowed(twiml::reject("busy"));
  allowed(twiml::redirect("/x"));
  allowed(twiml::hang_up());
  EXPECT_TRUE(allowed(twiml::empty()).empty());
}

TEST(twiml_nesting_test, long_text_becomes_several_verbs_and_no_document_is_too_large) {
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += "Sentence number " + std::to_string(i) + " & more. ";
  auto document = turn();
  document.prompt.text = text;
  const auto verbs = allowed(twiml::gather_turn(document));
  ASSERT_GE(verbs[0].children.size(), 3u);
  std::string said;
  for (const auto& one : verbs[0].children) {
    said += (said.empty() ? "" : " ") + one.text;
  }
  EXPECT_TRUE(text.starts_with(said.substr(0, said.size() - 40)));
  document.prompt.text = std::string(100'000, '&');
  allowed(twiml::gather_turn(document));
}

TEST(twiml_nesting_test, pieces_lose_nothing_but_blanks) {
  using list = std::vector<std::string>;
  EXPECT_EQ(twiml::say_pieces(""), list{});
  EXPECT_EQ(twiml::say_pieces(" \n "), list{});
  EXPECT_EQ(twiml::say_pieces(" One. "), list{"One."});
  EXPECT_EQ(twiml::say_pieces("One two. Three four.", 12), (list{"One two.", "Three four."}));
  EXPECT_EQ(twiml::say_pieces("one two three", 8), (list{"one two", "three"}));
  EXPECT_EQ(twiml::say_pieces("abcdefgh", 3), (list{"abc", "def", "gh"}));
  EXPECT_EQ(twiml::say_pieces("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 2),
            (list{"\xc3\xa9\xc3\xa9", "\xc3\xa9\xc3\xa9", "\xc3\xa9"}));
}

} // namespace
} // namespace trunkline
