// Turn taking as tables of events and effects.

#include "actors/dialog/turn_machine.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <sstream>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

std::string text_of(const turn_output& output) {
  namespace e = turn_effect;
  struct {
    std::string operator()(const e::start_reply& x) {
      return (x.speculated ? "taken:" : "reply:") + x.text;
    }
    std::string operator()(const e::speculate& x) { return "ahead:" + x.text; }
    std::string operator()(const e::drop_speculation&) { return "dropped"; }
    std::string operator()(const e::prompt_silent_caller&) { return "prompt"; }
    std::string operator()(const e::cancel_reply&) { return "cancel"; }
    std::string operator()(const e::pause_playout&) { return "pause"; }
    std::string operator()(const e::resume_playout&) { return "resume"; }
    std::string operator()(const e::stop_playout&) { return "stop"; }
    std::string operator()(const e::say_filler& x) {
      return "filler" + std::to_string(static_cast<int>(x.kind));
    }
    std::string operator()(const e::ask_again&) { return "again"; }
    std::string operator()(const e::take_message&) { return "message"; }
    std::string operator()(const e::end_call&) { return "end"; }
    std::string operator()(const e::closing_heard&) { return "closed"; }
  } name;
  return std::visit(name, output);
}

// Plays events at their times; the machine's own deadlines are kept in between, as an actor would.
class turn_machine_test : public ::testing::Test {
protected:
  void at(milliseconds when, const turn_input& input) {
    run_to(when);
    take(machine->on(input, when), when);
  }
  void run_to(milliseconds when) {
    for (int guard = 0; guard < 10000; ++guard) {
      const auto due = machine->next_deadline();
      if (!due || *due > when)
        break;
      now = std::max(now, *due);
      take(machine->on(turn_event::tick{}, now), now);
    }
    now = when;
  }
  void take(const std::vector<turn_output>& effects, milliseconds when) {
    for (const auto& one : effects)
      log << when.count() << " " << text_of(one) << "\n";
  }
  // Voice from `from` to `to`, the final `delay` after it.
  void utterance(milliseconds from, milliseconds to, const std::string& text,
                 milliseconds delay = 250ms) {
    at(from + 60ms, turn_event::speech_started{from});
    at(to + 200ms, turn_event::speech_ended{to});
    at(to + delay, turn_event::transcript{text, true, false});
  }
  void agent_talks(milliseconds from, milliseconds to) {
    at(from, turn_event::playout_started{false});
    at(from + 1ms, turn_event::reply_finished{machine->current_reply()});
    at(to, turn_event::playout_idle{});
  }
  std::string seen() {
    auto text = log.str();
    log.str({});
    return text;
  }

  static turn_settings plain() {
    turn_settings settings;
    settings.speculate = false;
    return settings;
  }

  turn_settings settings = plain();
  std::optional<turn_machine> machine{std::in_place, settings};
  milliseconds now{0};
  std::ostringstream log;
};

/// With speculation, as calls with a remote model have it.
class speculating_test : public turn_machine_test {
protected:
  speculating_test() { machine.emplace(turn_settings{}); }
};

TEST_F(turn_machine_test, replies_when_the_silence_was_long_enough_and_the_final_is_there) {
  utterance(0ms, 1000ms, "what time do you open");
  run_to(1500ms);
  EXPECT_EQ(seen(), "1300 reply:what time do you open\n");
  EXPECT_EQ(machine->waiting_since(), 1000ms);
}

TEST_F(turn_machine_test, waits_for_a_late_final_and_not_longer) {
  utterance(0ms, 1000ms, "hello", 700ms);
  EXPECT_EQ(seen(), "1700 reply:hello\n");
  EXPECT_EQ(machine->endpoint_at(), 1300ms);
  EXPECT_EQ(machine->decided_at(), 1700ms);
}

TEST_F(turn_machine_test, joins_two_utterances_with_a_short_pause) {
  utterance(0ms, 1000ms, "i would like to");
  utterance(1400ms, 2000ms, "book a cleaning");
  run_to(3400ms);
  EXPECT_EQ(seen(), "2480 reply:i would like to book a cleaning\n");
}

TEST_F(turn_machine_test, waits_longer_for_dictation) {
  machine->agent_said("What is your name?");
  utterance(0ms, 1000ms, "anna smith");
  run_to(2400ms);
  EXPECT_EQ(seen(), "1900 reply:anna smith\n");
}

TEST_F(turn_machine_test, noise_without_words_is_no_turn) {
  utterance(0ms, 300ms, "");
  run_to(4000ms);
  EXPECT_EQ(seen(), "");
}

TEST_F(turn_machine_test, long_speech_that_was_not_understood_is_answered_with_empty_text) {
  at(60ms, turn_event::speech_started{0ms});
  at(1700ms, turn_event::speech_ended{1500ms});
  at(1750ms, turn_event::transcript{"", true, true});
  run_to(2500ms);
  EXPECT_EQ(seen(), "1800 reply:\n");
}

TEST_F(turn_machine_test, dead_air_is_filled_then_the_turn_is_asked_again_then_a_message_is_taken) {
  utterance(0ms, 1000ms, "hello");
  run_to(7000ms);
  EXPECT_EQ(seen(), "1300 reply:hello\n2500 filler1\n5000 filler2\n7000 cancel\n7000 again\n");
  utterance(8000ms, 9000ms, "hello");
  run_to(15000ms);
  EXPECT_EQ(seen(),
            "9300 reply:hello\n10500 filler1\n13000 filler2\n15000 cancel\n15000 message\n");
}

TEST_F(turn_machine_test, the_filler_comes_sooner_while_a_tool_runs) {
  utterance(0ms, 1000ms, "hello");
  at(1400ms, turn_event::tool_started{});
  run_to(2000ms);
  EXPECT_EQ(seen(), "1300 reply:hello\n1900 filler0\n");
}

TEST_F(turn_machine_test, a_late_recogniser_does_not_leave_the_caller_in_silence) {
  at(60ms, turn_event::speech_started{0ms});
  at(1200ms, turn_event::speech_ended{1000ms});
  run_to(2600ms);
  EXPECT_EQ(seen(), "2500 filler1\n");
}

TEST_F(turn_machine_test, words_that_come_while_a_filler_is_heard_are_the_ones_waited_for) {
  at(60ms, turn_event::speech_started{0ms});
  at(1200ms, turn_event::speech_ended{1000ms});
  at(2520ms, turn_event::playout_started{true});
  at(3000ms, turn_event::transcript{"book a cleaning", true, false});
  at(3100ms, turn_event::playout_started{false});
  EXPECT_EQ(seen(), "2500 filler1\n3000 reply:book a cleaning\n");
}

TEST_F(turn_machine_test, voice_over_the_agent_pauses_and_words_stop_it) {
  utterance(0ms, 1000ms, "hello");
  at(1400ms, turn_event::playout_started{false});
  at(1401ms, turn_event::reply_finished{1});
  at(2060ms, turn_event::speech_started{2000ms});
  run_to(2500ms);
  EXPECT_EQ(seen(), "1300 reply:hello\n2410 pause\n");
  at(2600ms, turn_event::transcript{"how much is that", false, false});
  EXPECT_EQ(seen(), "2600 stop\n");
  at(3200ms, turn_event::speech_ended{3000ms});
  at(3250ms, turn_event::transcript{"how much is that", true, false});
  run_to(4000ms);
  EXPECT_EQ(seen(), "3300 reply:how much is that\n");
}

TEST_F(turn_machine_test, stop_words_stop_at_once_and_acknowledgements_never) {
  utterance(0ms, 1000ms, "hello");
  at(1400ms, turn_event::playout_started{false});
  at(1401ms, turn_event::reply_finished{1});
  at(1560ms, turn_event::speech_started{1500ms});
  at(1700ms, turn_event::transcript{"uh huh", false, false});
  at(1900ms, turn_event::speech_ended{1700ms});
  at(1950ms, turn_event::transcript{"okay", true, false});
  EXPECT_EQ(seen(), "1300 reply:hello\n");
  at(2060ms, turn_event::speech_started{2000ms});
  at(2100ms, turn_event::transcript{"wait", false, false});
  EXPECT_EQ(seen(), "2100 stop\n");
}

TEST_F(turn_machine_test, a_pause_without_words_is_taken_back) {
  utterance(0ms, 1000ms, "hello");
  at(1400ms, turn_event::playout_started{false});
  at(1401ms, turn_event::reply_finished{1});
  at(2060ms, turn_event::speech_started{2000ms});
  at(2900ms, turn_event::speech_ended{2700ms});
  run_to(5000ms);
  EXPECT_EQ(seen(), "1300 reply:hello\n2410 pause\n3910 resume\n");
}

TEST_F(turn_machine_test, a_protected_notice_is_not_interrupted) {
  machine->protect_playout(true);
  at(0ms, turn_event::playout_started{false});
  at(1060ms, turn_event::speech_started{1000ms});
  at(1300ms, turn_event::transcript{"stop stop stop", false, false});
  run_to(3000ms);
  EXPECT_EQ(seen(), "");
}

TEST_F(turn_machine_test, words_before_the_reply_is_heard_reopen_the_turn) {
  utterance(0ms, 1000ms, "i want an appointment");
  at(1460ms, turn_event::speech_started{1400ms});
  at(1600ms, turn_event::transcript{"on tuesday morning", false, false});
  EXPECT_EQ(seen(), "1300 reply:i want an appointment\n1600 cancel\n");
  at(2400ms, turn_event::speech_ended{2200ms});
  at(2450ms, turn_event::transcript{"on tuesday morning", true, false});
  run_to(3500ms);
  EXPECT_EQ(seen(), "2500 reply:i want an appointment on tuesday morning\n");
}

TEST_F(turn_machine_test, a_silent_caller_is_asked_twice_and_then_released) {
  at(0ms, turn_event::playout_started{false});
  at(1000ms, turn_event::playout_idle{});
  for (int i = 0; i < 2; ++i) {
    run_to(now + 8000ms);
    EXPECT_EQ(seen(), std::to_string(now.count()) + " prompt\n");
    agent_talks(now + 100ms, now + 1000ms);
  }
  run_to(now + 8000ms);
  EXPECT_EQ(seen(), std::to_string(now.count()) + " end\n");
}

TEST_F(turn_machine_test, a_key_counts_as_words) {
  at(1000ms, turn_event::key_pressed{'5'});
  run_to(2000ms);
  EXPECT_EQ(seen(), "1300 reply:key 5\n");
}

TEST_F(turn_machine_test, lost_words_are_asked_for_and_silence_is_not) {
  at(0ms, turn_event::recogniser_lost{});
  EXPECT_EQ(seen(), "");
  at(60ms, turn_event::speech_started{0ms});
  at(500ms, turn_event::recogniser_lost{});
  at(1200ms, turn_event::speech_ended{1000ms});
  run_to(2000ms);
  EXPECT_EQ(seen(), "1300 reply:\n");
}

TEST_F(turn_machine_test, a_farewell_is_heard_before_the_end_and_cannot_hang_the_call) {
  utterance(0ms, 1000ms, "goodbye");
  at(1350ms, turn_event::playout_started{false});
  at(1360ms, turn_event::closing{});
  at(1500ms, turn_event::transcript{"one more thing", true, false});
  at(3000ms, turn_event::playout_idle{});
  EXPECT_EQ(seen(), "1300 reply:goodbye\n3000 closed\n");
}

TEST_F(turn_machine_test, a_long_farewell_is_heard_to_its_end) {
  at(0ms, turn_event::playout_started{false});
  at(100ms, turn_event::closing{});
  run_to(20000ms);
  EXPECT_EQ(seen(), "");
  at(20100ms, turn_event::playout_idle{});
  EXPECT_EQ(seen(), "20100 closed\n");
}

TEST_F(turn_machine_test, a_farewell_that_is_never_heard_ends_after_a_while) {
  at(0ms, turn_event::closing{});
  run_to(9000ms);
  EXPECT_EQ(seen(), "8000 closed\n");
}

TEST_F(turn_machine_test, one_final_may_cover_several_utterances_and_an_old_one_covers_no_new) {
  at(60ms, turn_event::speech_started{0ms});
  at(700ms, turn_event::speech_ended{500ms});
  at(960ms, turn_event::speech_started{900ms});
  at(1700ms, turn_event::speech_ended{1500ms});
  at(1750ms, turn_event::transcript{"tuesday", true, false, false, 1});
  run_to(1990ms);
  EXPECT_EQ(seen(), "") << "the second utterance has no final yet";
  machine.emplace(settings);
  now = 0ms;
  at(60ms, turn_event::speech_started{0ms});
  at(700ms, turn_event::speech_ended{500ms});
  at(960ms, turn_event::speech_started{900ms});
  at(1700ms, turn_event::speech_ended{1500ms});
  at(1750ms, turn_event::transcript{"tuesday at ten", true, false, false, 2});
  run_to(2400ms);
  EXPECT_EQ(seen(), "1980 reply:tuesday at ten\n");
}

TEST_F(speculating_test, prepares_a_reply_on_words_that_did_not_change_in_the_silence) {
  at(60ms, turn_event::speech_started{0ms});
  at(1100ms, turn_event::transcript{"what time do you open", false, false});
  at(1200ms, turn_event::speech_ended{1000ms});
  run_to(1350ms);
  EXPECT_EQ(seen(), "1300 ahead:what time do you open\n");
  at(1600ms, turn_event::transcript{"What time do you open?", true, false});
  EXPECT_EQ(seen(), "1600 taken:What time do you open?\n") << "case and marks are no difference";
}

TEST_F(speculating_test, prepares_at_once_when_the_recogniser_has_heard_the_whole_voice) {
  at(60ms, turn_event::speech_started{0ms});
  at(1180ms, turn_event::transcript{"hello", false, false, false, 1, 900ms});
  at(1200ms, turn_event::speech_ended{1000ms, 1000ms});
  EXPECT_EQ(seen(), "") << "a word may be missing yet";
  at(1220ms, turn_event::transcript{"hello there", false, false, false, 1, 1000ms});
  EXPECT_EQ(seen(), "1220 ahead:hello there\n");
}

TEST_F(speculating_test, drops_what_was_prepared_when_the_final_differs_and_tries_twice_a_turn) {
  at(60ms, turn_event::speech_started{0ms});
  at(1000ms, turn_event::transcript{"book a cleaning", false, false});
  at(1200ms, turn_event::speech_ended{1000ms});
  at(1210ms, turn_event::transcript{"book a cleaning on monday", false, false});
  at(1500ms, turn_event::transcript{"book a cleaning on sunday", false, false});
  at(1750ms, turn_event::transcript{"book a cleaning on someday", false, false});
  at(2100ms, turn_event::transcript{"book a cleaning on sunday", true, false});
  EXPECT_EQ(seen(), "1200 ahead:book a cleaning\n1210 dropped\n"
                    "1410 ahead:book a cleaning on monday\n1500 dropped\n"
                    "2100 reply:book a cleaning on sunday\n");
}

TEST_F(speculating_test, prepares_when_the_service_takes_the_turn_to_be_over_and_takes_it_back) {
  at(60ms, turn_event::speech_started{0ms});
  at(900ms, turn_event::transcript{"i want to", false, false, true});
  at(1000ms, turn_event::transcript{"i want to", false, false, false});
  EXPECT_EQ(seen(), "900 ahead:i want to\n1000 dropped\n");
  at(1800ms, turn_event::transcript{"i want to cancel", false, false, true});
  at(2000ms, turn_event::speech_ended{1800ms});
  at(2010ms, turn_event::transcript{"i want to cancel", true, false, true, 1});
  EXPECT_EQ(seen(), "1800 ahead:i want to cancel\n2010 taken:i want to cancel\n")
      << "its own end of turn is not waited for again";
}

TEST_F(speculating_test, prepares_nothing_when_that_is_switched_off_or_the_agent_speaks) {
  machine.emplace(plain());
  at(60ms, turn_event::speech_started{0ms});
  at(1000ms, turn_event::transcript{"hello", false, false, true});
  at(1200ms, turn_event::speech_ended{1000ms});
  run_to(1700ms);
  EXPECT_EQ(seen(), "");
  machine.emplace(turn_settings{});
  at(2000ms, turn_event::playout_started{false});
  at(2060ms, turn_event::speech_started{2000ms});
  at(2100ms, turn_event::transcript{"uh huh", false, false, true});
  run_to(2300ms);
  EXPECT_EQ(seen(), "");
}

TEST_F(speculating_test, prepares_on_the_final_while_a_dictating_caller_is_given_more_time) {
  machine->agent_said("What is your name?");
  utterance(0ms, 1000ms, "anna smith");
  run_to(2400ms);
  EXPECT_EQ(seen(), "1250 ahead:anna smith\n1900 taken:anna smith\n");
}

TEST_F(turn_machine_test, the_same_events_give_the_same_effects) {
  const auto play = [&] {
    machine.emplace(settings);
    now = 0ms;
    utterance(0ms, 900ms, "hello");
    at(1400ms, turn_event::playout_started{false});
    utterance(2000ms, 2600ms, "no wait", 100ms);
    run_to(20000ms);
    return seen();
  };
  const auto first = play();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(play(), first);
}

} // namespace
