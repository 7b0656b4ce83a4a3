// A call that changes its language: services, voice, prompt and fixed phrases follow, the
// conversation stays.

#include "infra/store/record_json.hpp"
#include "protocol/phrases/catalogue.hpp"
#include "tests/support/call_fixture.hpp"

#include <gmock/gmock.h>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

spoken_language spanish() {
  spoken_language one;
  one.tag = "es-US";
  one.greeting = "Hola, ¿en qué puedo ayudarle?";
  one.say_voice = "Polly.Lupe-Neural";
  one.emergency_line = phrase_text(phrase::emergency, "es");
  return one;
}

class call_language_test : public call_fixture {
protected:
  call_language_test() {
    auto who = *setup.who;
    who.languages = {spanish()};
    setup.who = std::make_shared<const assistant>(who);
    setup.in_language = [this, who, audio = setup.start](const std::string& tag) {
      call_language to;
      to.who = std::make_shared<const assistant>(in_language(who, tag));
      to.prompt = "prompt in " + tag;
      to.start = audio;
      to.start.stt = [this, tag, make = audio.stt](call_actor::pointer self, size_t service) {
        recognisers.push_back(tag);
        return make(self, service);
      };
      to.start.tts = [this, tag, make = audio.tts](call_actor::pointer self, size_t service) {
        voices.push_back(tag);
        return make(self, service);
      };
      return to;
    };
  }
  /// The model asks for the tool, and the tool answers.
  void switch_to(const std::string& tag) {
    tell_from_outside(call, tool_wanted{reply_id, attempt, {"t" + tag, "switch_language", "{}"}});
    drain();
    tool_done done{reply_id, "t" + tag, "switch_language", R"({"ok":true})", {}};
    done.effect.kind = tool_effect_kind::language;
    done.effect.language = tag;
    tell_from_outside(call, std::move(done));
    drain();
  }

  std::vector<std::string> recognisers, voices; ///< started anew, by language
};

TEST_F(call_language_test, hears_and_speaks_with_services_of_the_new_language) {
  answer_call();
  caller_says("en español, por favor");
  switch_to("es-US");
  EXPECT_EQ(recognisers, std::vector<std::string>{"es-US"});
  EXPECT_EQ(voices, std::vector<std::string>{"es-US"});
  EXPECT_FALSE(ended) << "the recogniser and voice that were put down are no failures";
  EXPECT_EQ(stored_call()->error_count, 0);
  reply("Claro que sí.");
  finish_reply();
  playout_starts();
  playout_ends();
  caller_says("quiero una cita");
  EXPECT_EQ(requests.back().prompt, "prompt in es-US");
  EXPECT_EQ(requests.back().who->language, "es-US");
  ASSERT_GE(requests.back().messages.size(), 4u) << "the context survives";
  EXPECT_EQ(requests.back().messages.back().text, "quiero una cita");
  EXPECT_EQ(language_of(*stored_call()), "es-US") << "for whoever brings the caller back";
}

TEST_F(call_language_test, says_its_fixed_phrases_in_the_new_language) {
  answer_call();
  caller_says("en español, por favor");
  switch_to("es-US");
  reply("Claro que sí.");
  finish_reply();
  playout_starts();
  playout_ends();
  caller_says("¿a qué hora abren?");
  advance(1500ms);
  EXPECT_TRUE(said(phrase_text(phrase::one_moment, "es"))) << "the filler";
  advance(6000ms);
  EXPECT_TRUE(said(phrase_text(phrase::ask_again, "es")));
  for (const auto what : {phrase::one_moment, phrase::ask_again})
    EXPECT_FALSE(said(phrase_text(what, "en")));
}

TEST_F(call_language_test, starts_what_fails_later_in_the_new_language) {
  answer_call();
  caller_says("en español, por favor");
  switch_to("es-US");
  fail(child_role::stt);
  fail(child_role::tts);
  EXPECT_EQ(recognisers, (std::vector<std::string>{"es-US", "es-US"}));
  EXPECT_EQ(voices, (std::vector<std::string>{"es-US", "es-US"}));
}

TEST_F(call_language_test, changes_back_and_ignores_what_is_not_configured) {
  answer_call();
  caller_says("en español, por favor");
  switch_to("fr-FR");
  EXPECT_TRUE(recognisers.empty() && voices.empty());
  EXPECT_EQ(language_of(*stored_call()), "en-US");
  switch_to("es-US");
  switch_to("es-US");
  switch_to("en-US");
  EXPECT_EQ(recognisers, (std::vector<std::string>{"es-US", "en-US"}));
  EXPECT_EQ(language_of(*stored_call()), "en-US");
}

TEST_F(call_language_test, escalates_an_emergency_in_the_new_language) {
  answer_call();
  caller_says("en español, por favor");
  switch_to("es-US");
  reply("Claro.");
  finish_reply();
  playout_starts();
  playout_ends();
  caller_says("no puedo respirar");
  EXPECT_EQ(spoken().back(), phrase_text(phrase::emergency, "es"));
}

TEST_F(call_language_test, of_a_caller_who_is_brought_back_is_the_one_before) {
  setup.who = setup.in_language("es-US").who;
  setup.resumed = true;
  answer_call();
  ASSERT_GE(spoken().size(), 2u);
  EXPECT_EQ(spoken()[0], phrase_text(phrase::cut_off, "es"));
  EXPECT_EQ(spoken()[1], phrase_text(phrase::how_can_i_help, "es"));
}

TEST(after_plan, is_said_in_the_language_of_the_call) {
  assistant who;
  who.languages = {spanish()};
  call_record call;
  call.services_json = R"({"language":"es-US","stt":"carrier"})";
  call.next_step = to_json({next_step::kind::message, {}, {}});
  const auto plan = decide_after({}, call, in_language(who, language_of(call)));
  EXPECT_EQ(plan.say, phrase_text(phrase::leave_message, "es"));
  call.services_json.clear();
  EXPECT_EQ(decide_after({}, call, in_language(who, language_of(call))).say,
            phrase_text(phrase::leave_message, "en"));
}

} // namespace
