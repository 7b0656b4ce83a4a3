// The fallback ladder as one call lives it: which service is asked next, what the caller hears,
// what is stored. Services are fakes; the clock is the test's.

#include "protocol/phrases/catalogue.hpp"
#include "tests/support/call_fixture.hpp"

#include <gmock/gmock.h>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

const failure cut_off{failure_kind::unreachable, "cut off", true};
const failure silent{failure_kind::timeout, "silent", true};
const failure refused_key{failure_kind::unauthorized, "wrong key", false};

/// A call with two services of each role.
class fallback_test : public call_fixture {
protected:
  fallback_test() {
    setup.services.names = {{child_role::stt, {"deepgram", "whisper"}},
                            {child_role::llm, {"openai", "anthropic"}},
                            {child_role::tts, {"elevenlabs", "polly"}}};
    setup.services.usable = [this](child_role role, size_t index) {
      return broken.count({role, index}) == 0;
    };
  }

  turn_record last_turn() {
    const auto turns = *rows->rows.turns_of("CA0001");
    return turns.empty() ? turn_record{} : turns.back();
  }
  void hear_all() {
    playout_starts();
    playout_ends();
  }

  std::set<std::pair<child_role, size_t>> broken; ///< their breakers are open
};

TEST_F(fallback_test, starts_with_the_first_service_whose_breaker_is_closed) {
  broken = {{child_role::stt, 0}, {child_role::tts, 0}, {child_role::llm, 0}};
  answer_call();
  EXPECT_THAT(services[child_role::stt], ElementsAre(1));
  EXPECT_THAT(services[child_role::tts], ElementsAre(1));
  caller_says("hello there");
  EXPECT_EQ(asked.at(0).service, 1u);
  EXPECT_EQ(stored_call()->services_json, R"({"llm":"anthropic","stt":"whisper","tts":"polly"})");
}

TEST_F(fallback_test, a_recogniser_that_was_cut_off_is_opened_once_more_then_the_next) {
  answer_call();
  voice(true);
  advance(500ms);
  lose_service(child_role::stt, cut_off);
  lose_service(child_role::stt, cut_off);
  EXPECT_THAT(services[child_role::stt], ElementsAre(0, 0, 1));
  EXPECT_EQ(replays, 2u);
  voice(false);
  hear("what are your opening hours");
  advance(1s);
  ASSERT_EQ(asked.size(), 1u);
  reply("From eight to five. ");
  finish_reply();
  hear_all();
  EXPECT_EQ(last_turn().rung, "L1");
  EXPECT_THAT(last_turn().rung_reason, HasSubstr("whisper"));
  EXPECT_THAT(last_turn().services_json, HasSubstr("whisper"));
}

TEST_F(fallback_test, a_silent_recogniser_is_not_asked_again) {
  answer_call();
  lose_service(child_role::stt, silent);
  EXPECT_THAT(services[child_role::stt], ElementsAre(0, 1));
}

TEST_F(fallback_test, without_any_recogniser_the_caller_presses_a_key_for_staff) {
  answer_call();
  lose_service(child_role::stt, silent);
  lose_service(child_role::stt, refused_key);
  EXPECT_EQ(spoken().back(), phrase_text(phrase::keypad_menu, "en-US"));
  hear_all();
  EXPECT_EQ(last_turn().rung, "L2");
  tell_from_outside(call, key_pressed{'2'});
  drain();
  const auto step = next_step_from(stored_call()->next_step);
  EXPECT_EQ(step.what, next_step::kind::transfer);
  EXPECT_EQ(step.staff_id, setup.who->front_desk);
}

TEST_F(fallback_test, without_any_recogniser_a_call_goes_on_by_gather_where_it_may) {
  for (const bool speaking : {true, false}) {
    auto who = *setup.who;
    who.move_to_gather = true;
    setup.who = std::make_shared<const assistant>(who);
    answer_call();
    lose_service(child_role::stt, silent);
    if (speaking)
      voice(true);
    lose_service(child_role::stt, refused_key);
    EXPECT_FALSE(said(phrase_text(phrase::keypad_menu, "en-US")));
    EXPECT_TRUE(ended);
    const auto stored = stored_call();
    EXPECT_EQ(stored->channel, "gather");
    const auto step = next_step_from(stored->next_step);
    EXPECT_EQ(step.what, next_step::kind::resume);
    EXPECT_EQ(step.say.empty(), !speaking) << step.say;
    ended = false;
    speaks.clear();
  }
}

TEST_F(fallback_test, a_call_that_was_brought_back_often_enough_does_not_move) {
  auto who = *setup.who;
  who.move_to_gather = true;
  setup.who = std::make_shared<const assistant>(who);
  setup.record.resumes = resumes_max;
  answer_call();
  lose_service(child_role::stt, silent);
  lose_service(child_role::stt, refused_key);
  EXPECT_TRUE(said(phrase_text(phrase::keypad_menu, "en-US")));
}

TEST_F(fallback_test, a_caller_who_presses_nothing_leaves_a_message) {
  answer_call();
  lose_service(child_role::stt, silent);
  lose_service(child_role::stt, silent);
  hear_all();
  voice(true); // nobody listens to this
  advance(1s);
  voice(false);
  advance(7s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::message);
}

TEST_F(fallback_test, a_model_that_fails_is_replaced_and_the_turn_says_by_whom) {
  answer_call();
  caller_says("what are your opening hours");
  lose_service(child_role::llm, refused_key);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[1].service, 1u);
  reply("From eight to five. ");
  finish_reply();
  hear_all();
  EXPECT_EQ(last_turn().rung, "L1");
  EXPECT_THAT(last_turn().services_json, HasSubstr("anthropic"));
}

TEST_F(fallback_test, a_late_model_is_hedged_and_the_loser_is_not_heard) {
  answer_call();
  caller_says("what are your opening hours");
  advance(2400ms);
  ASSERT_EQ(asked.size(), 2u) << "2.5 s after it was asked";
  EXPECT_EQ(asked[1].service, 1u);
  reply("From eight to five. And");
  const auto first_attempt = asked[0].attempt;
  tell_from_outside(call, reply_text{reply_id, first_attempt, "I am too late. "});
  drain();
  EXPECT_TRUE(said("From eight to five."));
  EXPECT_FALSE(said("too late"));
}

TEST_F(fallback_test, a_model_that_stalls_is_gone_on_for_by_the_next_after_its_last_words) {
  answer_call();
  caller_says("what are your opening hours");
  reply("We open at eight. And we close");
  lose_service(child_role::llm, silent);
  ASSERT_EQ(asked.size(), 2u);
  const auto& note = requests.back().messages.back();
  EXPECT_EQ(note.role, speaker::system);
  EXPECT_THAT(note.text, HasSubstr("We open at eight."));
  EXPECT_THAT(note.text, ::testing::Not(HasSubstr("And we close")))
      << "half a sentence was not said";
  reply("We close at five. ");
  finish_reply();
  hear_all();
  EXPECT_EQ(last_turn().heard, "We open at eight. We close at five.");
  EXPECT_EQ(last_turn().rung, "L1");
}

TEST_F(fallback_test, with_no_model_left_the_template_answers_and_says_so_in_the_row) {
  answer_call();
  caller_says("what are your opening hours");
  lose_service(child_role::llm, refused_key);
  lose_service(child_role::llm, refused_key);
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_TRUE(asked.back().templated);
  reply("We are open from eight to five. ");
  finish_reply();
  hear_all();
  EXPECT_EQ(last_turn().rung, "L2");
  EXPECT_THAT(last_turn().services_json, HasSubstr("template"));
  EXPECT_FALSE(ended) << "the call goes on";
}

TEST_F(fallback_test, five_seconds_without_a_word_are_enough_for_the_template) {
  answer_call();
  caller_says("what are your opening hours");
  advance(4700ms);
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_TRUE(asked.back().templated);
}

TEST_F(fallback_test, content_that_the_model_refuses_is_declined_politely) {
  answer_call();
  caller_says("something awful");
  lose_service(child_role::llm, {failure_kind::refused, "content_filter", false});
  EXPECT_EQ(spoken().back(), phrase_text(phrase::decline, "en-US"));
  hear_all();
  EXPECT_FALSE(ended);
  EXPECT_EQ(asked.size(), 1u);
}

TEST_F(fallback_test, an_empty_reply_counts_as_a_failure) {
  answer_call();
  caller_says("what are your opening hours");
  finish_reply();
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[1].service, 1u);
}

TEST_F(fallback_test, a_monologue_is_ended_after_a_sentence) {
  auto who = *setup.who;
  who.response_words_max = 6;
  setup.who = std::make_shared<const assistant>(who);
  answer_call();
  caller_says("tell me everything");
  reply("One two three four. Five six seven eight. Nine ten eleven. ");
  drain();
  EXPECT_TRUE(said("Five six seven eight."));
  EXPECT_FALSE(said("Nine"));
}

TEST_F(fallback_test, a_voice_that_is_silent_is_replaced_by_the_next_from_the_last_heard_word) {
  answer_call();
  caller_says("what are your opening hours");
  reply("We are open from eight in the morning. ");
  finish_reply();
  lose_service(child_role::tts, silent);
  EXPECT_THAT(services[child_role::tts], ElementsAre(0, 1));
  EXPECT_EQ(spoken().back(), "We are open from eight in the morning.");
  hear_all();
  EXPECT_EQ(last_turn().heard, "We are open from eight in the morning.");
  EXPECT_EQ(last_turn().rung, "L1");
}

TEST_F(fallback_test, with_no_voice_left_staff_are_called_in_hours_with_the_pending_sentence) {
  setup.wall_clock = [this] { // Tuesday, 24 November 2026, 10:00 in New York and on
    return timestamp{std::chrono::milliseconds{1795532400000}} +
           std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch());
  };
  answer_call();
  caller_says("what are your opening hours");
  reply("We are open from eight in the morning. ");
  finish_reply();
  lose_service(child_role::tts, silent);
  lose_service(child_role::tts, silent);
  EXPECT_EQ(spoken().back(), phrase_text(phrase::voice_lost, "en-US"));
  hear_all();
  EXPECT_TRUE(ended);
  const auto step = next_step_from(stored_call()->next_step);
  EXPECT_EQ(step.what, next_step::kind::transfer);
  EXPECT_EQ(step.say, "We are open from eight in the morning.");
}

TEST_F(fallback_test, each_rung_of_a_voice_is_taken_only_if_the_ladder_has_it) {
  setup.rungs.take_out(child_role::tts, rung::L1);
  setup.rungs.take_out(child_role::tts, rung::L2);
  answer_call();
  lose_service(child_role::tts, silent);
  EXPECT_THAT(services[child_role::tts], ElementsAre(0));
  EXPECT_TRUE(ended) << "L4: the socket is closed";
  EXPECT_NE(next_step_from(stored_call()->next_step).what, next_step::kind::hang_up);
}

TEST_F(fallback_test, without_any_rung_the_caller_is_hung_up_on) {
  for (const auto at : {rung::L0, rung::L1, rung::L2, rung::L3, rung::L4})
    setup.rungs.take_out(child_role::tts, at);
  answer_call();
  lose_service(child_role::tts, silent);
  EXPECT_TRUE(ended);
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::hang_up);
}

/// With a model that takes time, replies are prepared ahead.
class prepared_test : public fallback_test {
protected:
  prepared_test() { setup.speculate = true; }
  /// Voice, then silence with an interim that does not change.
  void caller_pauses_after(const std::string& text) {
    voice(true);
    advance(800ms);
    hear(text, false);
    advance(100ms);
    voice(false);
    advance(110ms);
  }
};

TEST_F(prepared_test, a_reply_that_fits_is_said_at_once_and_its_tool_runs_then) {
  answer_call();
  caller_pauses_after("book a cleaning");
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(requests[0].messages.back().text, "book a cleaning");
  reply("One moment. I");
  tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", "check_availability", "{}"}});
  drain();
  EXPECT_EQ(speaks.back().held_for, reply_id) << "it is fetched, not said";
  EXPECT_TRUE(tools.empty()) << "no tool before the turn is over";
  hear("Book a cleaning.");
  advance(300ms);
  ASSERT_FALSE(settled.empty());
  EXPECT_TRUE(settled.back().say);
  EXPECT_EQ(tools.size(), 1u);
  EXPECT_EQ(asked.size(), 1u) << "the model is not asked again";
  reply(" see that Monday at ten is free. ");
  finish_reply();
  hear_all();
  EXPECT_EQ(last_turn().heard, "One moment. I see that Monday at ten is free.");
  EXPECT_GT(last_turn().speculated_ms, 0);
}

TEST_F(prepared_test, a_reply_that_does_not_fit_is_never_heard_and_its_tools_never_run) {
  answer_call();
  caller_pauses_after("book a cleaning");
  reply("Sure, a cleaning. When");
  tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", "schedule_appointment", "{}"}});
  drain();
  const auto held = speaks.back();
  hear("book a cleaning for my son");
  advance(1s);
  ASSERT_FALSE(settled.empty());
  EXPECT_EQ(settled.back().reply, held.held_for);
  EXPECT_FALSE(settled.back().say);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(requests[1].messages.back().text, "book a cleaning for my son");
  reply("Sure, for your son. ");
  finish_reply();
  hear_all();
  EXPECT_TRUE(tools.empty());
  EXPECT_EQ(last_turn().heard, "Sure, for your son.");
  EXPECT_EQ(last_turn().speculations_wasted, 1);
  EXPECT_EQ(last_turn().speculated_ms, 0);
}

TEST_F(prepared_test, a_model_that_fails_while_preparing_is_asked_anew_when_the_turn_is_over) {
  answer_call();
  caller_pauses_after("book a cleaning");
  lose_service(child_role::llm, refused_key);
  lose_service(child_role::llm, refused_key);
  EXPECT_EQ(asked.size(), 2u);
  EXPECT_FALSE(asked.back().templated) << "no lesser way for a turn that may not be over";
  hear("book a cleaning");
  advance(300ms);
  EXPECT_EQ(asked.size(), 3u);
}

TEST_F(prepared_test, a_voice_that_dies_meanwhile_is_given_the_held_sentences_again) {
  answer_call();
  caller_pauses_after("book a cleaning");
  reply("Sure, a cleaning. When");
  fail(child_role::tts);
  EXPECT_EQ(speaks.back().text, "Sure, a cleaning.");
  EXPECT_NE(speaks.back().held_for, 0u);
}

} // namespace
