// The supervisor with fake children, on the test's own clock.

#include "protocol/phrases/catalogue.hpp"
#include "tests/support/call_fixture.hpp"

#include <gmock/gmock.h>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;

namespace {

using call_test = call_fixture;

TEST_F(call_test, greets_when_the_stream_is_attached) {
  spawn_call();
  EXPECT_TRUE(spoken().empty());
  attach();
  ASSERT_EQ(spoken().size(), 1u);
  EXPECT_EQ(spoken()[0], setup.who->greeting);
}

TEST_F(call_test, ends_when_the_stream_never_comes) {
  spawn_call();
  advance(14s);
  EXPECT_FALSE(ended);
  advance(2s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(stored_call()->end_reason, "stream_never_came");
  EXPECT_EQ(stored_call()->outcome, "failed");
}

TEST_F(call_test, answers_a_turn_and_stores_it_with_its_latency) {
  answer_call();
  caller_says("what are your opening hours");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].messages.back().text, "what are your opening hours");
  reply("We are open from eight to five. ");
  finish_reply();
  EXPECT_TRUE(said("We are open from eight to five."));
  playout_starts();
  playout_ends();
  const auto turns = *rows->rows.turns_of("CA0001");
  ASSERT_EQ(turns.size(), 3u);
  EXPECT_EQ(turns[1].role, "caller");
  EXPECT_EQ(turns[2].heard, "We are open from eight to five.");
  int sum = 0;
  for (const auto& part : turns[2].latency)
    sum += part.ms;
  EXPECT_EQ(sum, turns[2].response_time_ms);
  EXPECT_GE(sum, 300) << "the caller waited at least for the endpointing";
}

TEST_F(call_test, waiting_for_a_filler_to_end_is_not_the_engines_own_time) {
  using kind = playout_news::kind;
  answer_call();
  caller_says("what are your opening hours");
  reply("We are open from eight to five. ");
  finish_reply();
  const auto sentence = speaks.back().sentence;
  tell_from_outside(call, playout_news{kind::first_audio, sentence, {}, now(), {}});
  advance(700ms); // the filler fills what may be sent ahead, then it is 800 ms from its end
  tell_from_outside(call, playout_news{kind::started, sentence, {}, now() + 800ms, {}});
  drain();
  playout_ends();
  const auto turns = *rows->rows.turns_of("CA0001");
  ASSERT_EQ(turns.size(), 3u);
  for (const auto& part : turns[2].latency) {
    if (part.name == "playout") {
      EXPECT_EQ(part.ms, 1500);
    } else if (part.name == "engine") {
      EXPECT_LT(part.ms, 700);
    }
  }
  EXPECT_EQ(turns[2].latency.back().name, "playout");
}

TEST_F(call_test, what_a_booking_waited_for_the_disk_is_a_part_of_its_own) {
  answer_call();
  caller_says("book it please");
  tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", "schedule_appointment", "{}"}});
  drain();
  advance(120ms);
  tell_from_outside(call,
                    tool_done{reply_id, "t1", "schedule_appointment", R"({"ok":true})", {}, 40ms});
  drain();
  reply("Your appointment is booked. ");
  finish_reply();
  playout_starts();
  playout_ends();
  const auto turns = *rows->rows.turns_of("CA0001");
  std::map<std::string, int> parts;
  for (const auto& part : turns.back().latency)
    parts[part.name + "/" + part.owner] = part.ms;
  EXPECT_EQ(parts["tool/tool"], 80);
  EXPECT_EQ(parts["durable/engine"], 40);
}

TEST_F(call_test, says_a_filler_when_the_reply_is_late_and_asks_again_when_it_never_comes) {
  answer_call();
  caller_says("what are your opening hours");
  advance(200ms);
  EXPECT_FALSE(said(phrase_text(phrase::one_moment, "en-US"))) << "not before 1.5 s";
  advance(300ms);
  EXPECT_TRUE(said(phrase_text(phrase::one_moment, "en-US")));
  playout_starts();
  playout_ends();
  advance(5s);
  EXPECT_TRUE(said(phrase_text(phrase::ask_again, "en-US")));
  playout_starts();
  playout_ends();
  caller_says("opening hours please");
  advance(7s);
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::message);
  EXPECT_TRUE(ended);
}

TEST_F(call_test, restarts_stt_three_times_then_offers_the_keypad) {
  answer_call();
  for (unsigned i = 1; i <= 3; ++i) {
    fail(child_role::stt);
    EXPECT_EQ(started[child_role::stt], 1 + i);
    EXPECT_FALSE(said(phrase_text(phrase::keypad_menu, "en-US")));
  }
  fail(child_role::stt);
  EXPECT_TRUE(said(phrase_text(phrase::keypad_menu, "en-US")));
  playout_starts();
  playout_ends();
  EXPECT_FALSE(ended);
  tell_from_outside(call, key_pressed{'1'});
  drain();
  EXPECT_TRUE(ended);
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::message);
}

TEST_F(call_test, forgets_restarts_that_left_the_window) {
  auto patient = *setup.who;
  patient.turns.caller_silence = 1h;
  setup.who = std::make_shared<const assistant>(patient);
  answer_call();
  for (int i = 0; i < 4; ++i) {
    fail(child_role::stt);
    advance(31s);
  }
  EXPECT_EQ(started[child_role::stt], 5u);
  EXPECT_FALSE(said(phrase_text(phrase::keypad_menu, "en-US")));
}

TEST_F(call_test, a_new_recogniser_hears_the_words_that_the_dead_one_had_in_it) {
  answer_call();
  voice(true);
  advance(1s);
  fail(child_role::stt);
  EXPECT_EQ(replays, 1u);
  voice(false);
  const auto ended = now() - 200ms;
  transcript words;
  words.text = "what are your opening hours";
  words.utterance = 1; // it counts anew
  tell_from_outside(call, transcript_heard{words});
  advance(10ms);
  EXPECT_TRUE(understood.empty()) << "the recogniser may still die of it";
  words.is_final = true;
  tell_from_outside(call, transcript_heard{words});
  advance(1s);
  EXPECT_EQ(understood, std::vector<steady_time>{ended});
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].messages.back().text, "what are your opening hours");
  fail(child_role::stt);
  EXPECT_EQ(replays, 1u) << "nothing is missing now";
}

TEST_F(call_test, asks_a_dead_model_once_more_then_the_template_then_takes_a_message) {
  answer_call();
  caller_says("what are your opening hours");
  fail(child_role::llm);
  EXPECT_EQ(started[child_role::llm], 2u);
  EXPECT_FALSE(asked.back().templated);
  fail(child_role::llm);
  EXPECT_EQ(started[child_role::llm], 3u);
  EXPECT_TRUE(asked.back().templated);
  fail(child_role::llm);
  EXPECT_EQ(started[child_role::llm], 3u);
  EXPECT_TRUE(said(phrase_text(phrase::cannot_answer, "en-US")));
  playout_starts();
  playout_ends();
  EXPECT_TRUE(ended);
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::message);
}

TEST_F(call_test, a_new_voice_goes_on_after_the_last_heard_word) {
  answer_call();
  caller_says("what are your opening hours");
  reply("We are open from eight in the morning to five in the evening. ");
  finish_reply();
  playout_starts();
  const auto sentence = speaks.back().sentence;
  const std::chrono::milliseconds length{4000};
  tell_from_outside(call, playout_news{playout_news::kind::length, sentence, length, {}, {}});
  tell_from_outside(call, playout_news{playout_news::kind::heard, sentence, length / 2, {}, {}});
  drain();
  fail(child_role::tts);
  EXPECT_EQ(clears, 1u);
  EXPECT_THAT(speaks.back().text, ::testing::EndsWith("to five in the evening."));
  EXPECT_THAT(speaks.back().text, ::testing::Not(::testing::HasSubstr("We are open")));
}

TEST_F(call_test, a_voice_lost_for_good_says_so_from_memory_and_leaves_the_rest_to_the_carrier) {
  answer_call();
  caller_says("what are your opening hours");
  reply("We are open from eight to five. ");
  finish_reply();
  for (int i = 0; i < 4; ++i)
    fail(child_role::tts);
  EXPECT_EQ(services[child_role::tts].back(), child_starters::phrase_service);
  EXPECT_EQ(spoken().back(), phrase_text(phrase::voice_lost, "en-US"));
  EXPECT_FALSE(ended);
  playout_starts();
  playout_ends();
  EXPECT_TRUE(ended);
  const auto step = next_step_from(stored_call()->next_step);
  EXPECT_THAT(step.say, ::testing::HasSubstr("We are open from eight to five."));
}

TEST_F(call_test, replaces_the_live_twiml_by_rest_when_it_can) {
  setup.update_by_rest = [this](const call_record& record, const assistant&,
                                std::function<void()>) { rest_updated = record.next_step; };
  answer_call();
  for (int i = 0; i < 5; ++i)
    fail(child_role::tts); // the fifth is the voice from memory
  ASSERT_TRUE(rest_updated);
  EXPECT_FALSE(ended) << "the carrier stops the stream itself";
  tell_from_outside(call, stream_stopped_by_carrier{});
  drain();
  EXPECT_TRUE(ended);
  EXPECT_EQ(stored_call()->end_reason, "tts_lost");
}

TEST_F(call_test, falls_back_to_the_socket_when_the_carrier_does_not_take_the_update) {
  setup.update_by_rest = [](const call_record&, const assistant&, std::function<void()> failed) {
    failed();
  };
  answer_call();
  for (int i = 0; i < 5; ++i)
    fail(child_role::tts);
  EXPECT_TRUE(ended);
  EXPECT_EQ(stream_ends, 1u);
}

TEST_F(call_test, a_dead_channel_ends_the_ai_part_to_be_resumed_by_the_after_page) {
  answer_call();
  fail(child_role::media);
  EXPECT_TRUE(ended);
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::resume);
  EXPECT_EQ(started[child_role::media], 1u);
}

TEST_F(call_test, a_dead_store_is_given_its_rows_again_and_a_lost_one_is_passed_by) {
  answer_call();
  for (int i = 0; i < 4; ++i)
    fail(child_role::store);
  EXPECT_EQ(started[child_role::store], 4u);
  caller_says("what are your opening hours");
  EXPECT_EQ(rows->rows.turns_of("CA0001")->size(), 2u) << "rows go to the store directly";
  EXPECT_FALSE(ended);
}

TEST_F(call_test, a_hung_child_is_found_and_replaced_within_a_second_and_a_half) {
  for (const auto role : {child_role::stt, child_role::tts, child_role::store}) {
    if (!call)
      answer_call();
    hang(role);
    advance(1500ms);
    EXPECT_EQ(started[role], 2u) << to_string(role);
  }
}

TEST_F(call_test, words_over_the_agent_stop_it_and_cut_the_turn_to_what_was_heard) {
  answer_call();
  caller_says("what are your opening hours");
  reply("We are open from eight in the morning to five in the evening. ");
  finish_reply();
  playout_starts();
  const auto sentence = speaks.back().sentence;
  tell_from_outside(call, playout_news{playout_news::kind::length, sentence, 4000ms, {}, {}});
  voice(true);
  advance(400ms);
  ASSERT_FALSE(orders.empty());
  EXPECT_EQ(orders.back(), playout_order::pause);
  tell_from_outside(call, playout_news{playout_news::kind::heard, sentence, 1000ms, {}, {}});
  hear("stop please", false);
  EXPECT_EQ(orders.back(), playout_order::stop);
  const auto turns = *rows->rows.turns_of("CA0001");
  EXPECT_EQ(turns.back().heard, "We are open");
  EXPECT_EQ(turns.back().action, "barge_in");
}

TEST_F(call_test, a_cough_pauses_the_agent_and_it_goes_on) {
  answer_call();
  caller_says("what are your opening hours");
  reply("We are open from eight to five. ");
  finish_reply();
  playout_starts();
  voice(true);
  advance(400ms);
  EXPECT_EQ(orders.back(), playout_order::pause);
  voice(false);
  hear("");
  advance(1600ms);
  EXPECT_EQ(orders.back(), playout_order::resume);
}

TEST_F(call_test, emergency_words_come_before_any_model) {
  answer_call();
  caller_says("help he can't breathe");
  EXPECT_TRUE(requests.empty());
  EXPECT_EQ(spoken().back(), setup.who->emergency_line);
  playout_starts();
  playout_ends();
  EXPECT_TRUE(ended);
  EXPECT_EQ(stored_call()->outcome, "emergency");
  const auto step = next_step_from(stored_call()->next_step);
  EXPECT_EQ(step.what, next_step::kind::transfer);
  EXPECT_EQ(step.staff_id, "emergency");
}

TEST_F(call_test, an_emergency_number_on_the_keypad_is_one) {
  answer_call();
  for (const char key : {'9', '1', '1'})
    tell_from_outside(call, key_pressed{key});
  advance(5s);
  EXPECT_TRUE(requests.empty());
  EXPECT_EQ(spoken().back(), setup.who->emergency_line);
}

TEST_F(call_test, a_goodbye_is_heard_before_the_stream_ends) {
  answer_call();
  caller_says("no thank you goodbye");
  tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", "end_call", "{}"}});
  drain();
  ASSERT_EQ(tools.size(), 1u);
  tell_from_outside(
      call, tool_done{reply_id, "t1", "end_call", "{}", {tool_effect_kind::end_call, "", ""}});
  reply("Goodbye. ");
  finish_reply();
  EXPECT_FALSE(ended);
  playout_starts();
  EXPECT_FALSE(ended);
  playout_ends();
  EXPECT_TRUE(ended);
  EXPECT_EQ(stream_ends, 1u);
  EXPECT_EQ(next_step_from(stored_call()->next_step).what, next_step::kind::hang_up);
}

TEST_F(call_test, a_tool_outlives_its_cancelled_turn_and_its_row_gets_the_result) {
  answer_call();
  caller_says("book it please");
  tell_from_outside(call, tool_wanted{reply_id, attempt, {"t1", "schedule_appointment", "{}"}});
  drain();
  voice(true);
  hear("wait no", false); // the caller goes on: the reply is taken back
  voice(false);
  hear("wait no");
  tell_from_outside(call, tool_done{reply_id,
                                    "t1",
                                    "schedule_appointment",
                                    R"({"ok":true})",
                                    {tool_effect_kind::booked, "", "a1"}});
  advance(1s);
  const auto turns = *rows->rows.turns_of("CA0001");
  bool found = false;
  for (const auto& turn : turns)
    found = found || turn.tools_json.find(R"(\"ok\":true)") != std::string::npos;
  EXPECT_TRUE(found);
  tell_from_outside(call, stream_stopped_by_carrier{});
  drain();
  EXPECT_EQ(stored_call()->outcome, "booked");
}

TEST_F(call_test, a_resumed_call_says_so_and_repeats_the_pending_question) {
  turn_record asked;
  asked.call_sid = "CA0001";
  asked.role = "agent";
  asked.text = asked.heard = "Sure. What day works for you?";
  setup.earlier = {asked};
  setup.resumed = true;
  spawn_call();
  attach();
  ASSERT_EQ(spoken().size(), 2u);
  EXPECT_EQ(spoken()[0], phrase_text(phrase::cut_off, "en-US"));
  EXPECT_EQ(spoken()[1], "What day works for you?");
  playout_starts();
  playout_ends();
  caller_says("next tuesday");
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].messages.front().text, "Sure. What day works for you?");
}

} // namespace
