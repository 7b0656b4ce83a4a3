#include "tests/protocol/speech/conversation.hpp"

#include <gtest/gtest.h>

namespace trunkline::assembling {
namespace {

assembler_settings without_flush() {
  assembler_settings s;
  s.flushes = false;
  return s;
}

TEST(utterance_assembler, pieces_are_joined_and_interims_replace_each_other) {
  conversation c;
  c.start(100).says(900, interim("i would", 800)).says(1500, interim("I would like", 1400));
  c.says(2000, settled("I would like to book", 1900)).says(2300, interim("a", 2200));
  c.end(3000).says(3150, flushed("a cleaning.", 3000));
  EXPECT_EQ(c.take(),
            (lines{"i1 i would", "i1 I would like", "i1 I would like to book",
                   "i1 I would like to book a", "flush", "F1 I would like to book a cleaning."}));
  EXPECT_EQ(c.assembler.next_deadline(), std::nullopt);
}

TEST(utterance_assembler, any_of_the_ways_of_a_service_closes_an_ended_utterance) {
  const recognised answers[] = {flushed("yes", 1200), flushed("yes"), speech_final("yes", 900),
                                speech_final("yes"), settled("yes", 1100)};
  for (const auto& answer : answers) {
    conversation c;
    c.start(100).end(1200).says(1300, answer);
    EXPECT_EQ(c.take(), (lines{"flush", "F1 yes"}));
  }
}

TEST(utterance_assembler, a_settled_piece_that_does_not_reach_the_end_waits_for_the_rest) {
  conversation c;
  c.start(100).end(3000).says(3100, settled("for", 1900)).says(3200, flushed("Tuesday", 3000));
  EXPECT_EQ(c.take(), (lines{"flush", "i1 for", "F1 for Tuesday"}));
}

TEST(utterance_assembler, a_decision_of_the_service_is_held_until_our_voice_ends) {
  conversation c;
  c.start(100).says(1200, speech_final("yes", 1000)).end(1400);
  EXPECT_EQ(c.take(), (lines{"i1 yes", "F1 yes"}));
  // No time told: taken at its word.
  c.start(2000).says(2800, speech_final("no")).end(9000);
  EXPECT_EQ(c.take(), (lines{"i2 no", "F2 no"}));
}

TEST(utterance_assembler, a_decision_long_before_the_end_of_the_voice_may_miss_words) {
  conversation c;
  c.start(100).says(1000, speech_final("Tuesday", 900)).end(2000);
  EXPECT_EQ(c.take(), (lines{"i1 Tuesday", "flush"}));
  c.says(2150, flushed("please", 2000));
  EXPECT_EQ(c.take(), lines{"F1 Tuesday please"});
}

TEST(utterance_assembler, a_decision_without_words_is_about_the_silence_before_the_voice) {
  for (const auto& settings : {assembler_settings{}, without_flush()}) {
    conversation c{settings};
    c.start(1000).says(1100, speech_final("", 1050)).end(1500).says(1550, speech_final("", 1100));
    c.says(1700, speech_final("yes", 1500));
    auto heard = c.take();
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(heard.back(), "F1 yes");
  }
}

TEST(utterance_assembler, new_words_undo_a_decision_that_was_held) {
  conversation c;
  c.start(100).says(1000, speech_final("Tuesday", 900)).says(1500, interim("please", 1400));
  c.end(1700);
  EXPECT_EQ(c.take(), (lines{"i1 Tuesday", "i1 Tuesday please", "flush"}));
  c.says(1800, flushed("please", 1700));
  EXPECT_EQ(c.take(), lines{"F1 Tuesday please"});
}

TEST(utterance_assembler, what_was_settled_up_to_the_end_needs_no_flush) {
  conversation c;
  c.start(100).says(1400, settled("yes", 1350)).end(1400);
  EXPECT_EQ(c.take(), (lines{"i1 yes", "F1 yes"}));
}

TEST(utterance_assembler, the_deadline_closes_with_the_words_there_are) {
  conversation c;
  c.start(100).says(900, settled("for", 800)).says(1200, interim("Tues", 1100)).end(2000);
  EXPECT_EQ(c.assembler.next_deadline(), conversation::at(3500));
  c.tick(3499);
  EXPECT_EQ(c.take(), (lines{"i1 for", "i1 for Tues", "flush"}));
  c.tick(3500);
  EXPECT_EQ(c.take(), lines{"F1 for Tues"});
}

TEST(utterance_assembler, a_service_that_says_nothing_about_a_long_voice_has_failed) {
  conversation c;
  c.start(100).end(700).tick(2200);
  EXPECT_EQ(c.take(), (lines{"flush", "failure timeout retryable"}));
  c.start(3000).end(3500).tick(5000); // too short to tell
  EXPECT_EQ(c.take(), (lines{"flush", "F2 "}));
  // It listens, and hears no words: noise.
  c.start(6000).says(7950, interim("", 7850)).end(8000).tick(9500);
  EXPECT_EQ(c.take(), (lines{"flush", "F3 "}));
}

TEST(utterance_assembler, a_service_that_falls_silent_without_a_word_has_failed) {
  conversation c;
  c.start(6000).says(6500, interim("", 6300)).end(8000).tick(9500);
  EXPECT_EQ(c.take(), (lines{"flush", "failure timeout retryable"}));
  // What it did understand is worth more than asking another service.
  c.start(10000).says(10500, interim("yes", 10300)).end(12000).tick(13500);
  EXPECT_EQ(c.take(), (lines{"i2 yes", "flush", "F2 yes"}));
  // One that names no times has heard on if it speaks after the end.
  conversation timeless{without_flush()};
  timeless.start(100).says(500, interim("")).end(1500).tick(3000);
  EXPECT_EQ(timeless.take(), lines{"failure timeout retryable"});
  timeless.start(4000).says(4500, interim("")).end(5500).says(5600, interim("")).tick(7000);
  EXPECT_EQ(timeless.take(), lines{"F2 "});
}

TEST(utterance_assembler, an_empty_answer_closes_with_an_empty_final) {
  conversation c;
  c.start(100).end(1200).says(1300, flushed("", 1200));
  EXPECT_EQ(c.take(), (lines{"flush", "F1 "}));
  // The window may be empty: it begins and ends where the last one ended.
  c.start(2000).says(2900, settled("yes", 2800)).end(3400).says(3500, flushed("", 2800));
  EXPECT_EQ(c.take(), (lines{"i2 yes", "flush", "F2 yes"}));
}

TEST(utterance_assembler, a_service_that_heard_on_without_words_closes_with_an_empty_final) {
  conversation c{without_flush()};
  c.start(100).says(900, update("", 800)).end(1000).says(1800, update("", 1699));
  EXPECT_EQ(c.take(), lines{});
  c.says(1900, update("", 1700));
  EXPECT_EQ(c.take(), lines{"F1 "});
  c.start(2000).says(2800, update("yes", 2700)).end(2900).says(3900, update("yes", 3800));
  EXPECT_EQ(c.take(), lines{"i2 yes"});
}

TEST(utterance_assembler, late_words_are_not_said_twice_and_open_the_next_utterance) {
  conversation c;
  c.start(100).says(900, interim("for tuesday", 800)).end(1200).tick(2700);
  EXPECT_EQ(c.take(), (lines{"i1 for tuesday", "flush", "F1 for tuesday"}));
  c.says(2800, interim("for Tuesday", 1000)).says(2900, flushed("For Tuesday, please.", 1200));
  EXPECT_EQ(c.take(), lines{}); // no voice: nothing is said yet
  c.start(3000).end(3600).says(3700, flushed("Thanks.", 3600));
  EXPECT_EQ(c.take(), (lines{"i2 please.", "flush", "F2 please. Thanks."}));
}

TEST(utterance_assembler, late_words_that_waited_too_long_are_forgotten) {
  conversation c;
  c.start(100).end(400).tick(1900).says(2000, settled("the television", 1900));
  c.start(5001).end(5400).says(5500, flushed("hello", 5400));
  EXPECT_EQ(c.take(), (lines{"flush", "F1 ", "flush", "F2 hello"}));
}

TEST(utterance_assembler, an_answer_that_comes_after_its_deadline_does_not_close_the_next) {
  conversation c;
  c.start(100).says(500, interim("one", 400)).end(1000).tick(2500).start(2600).end(3400);
  c.take();
  c.says(3500, flushed("one", 1000));
  EXPECT_EQ(c.take(), lines{});
  c.says(3600, flushed("two", 3400));
  EXPECT_EQ(c.take(), lines{"F2 two"});
}

TEST(utterance_assembler, one_text_of_the_service_may_cover_several_voices) {
  conversation c;
  c.start(100).end(1000).start(1400).end(2200).says(2300, speech_final("yes I do", 2200));
  EXPECT_EQ(c.take(), (lines{"flush", "flush", "F2 yes I do"}));
  // The flush of the first one is answered on its own when it comes in time.
  c.start(3000).end(4000).says(4100, flushed("one", 4000)).start(4200).end(5000);
  c.says(5100, flushed("two", 5000));
  EXPECT_EQ(c.take(), (lines{"flush", "F3 one", "flush", "F4 two"}));
}

TEST(utterance_assembler, an_answer_to_the_first_voice_while_the_second_goes_on) {
  conversation c;
  c.start(100).end(1000).start(1200).says(1300, flushed("one", 1000));
  EXPECT_EQ(c.take(), (lines{"flush", "F1 one"}));
  // A text that reaches into the second voice is held for it.
  conversation held;
  held.start(100).end(1000).start(1200).says(1900, speech_final("one two", 1800)).end(2000);
  EXPECT_EQ(held.take(), (lines{"flush", "i2 one two", "F2 one two"}));
}

TEST(utterance_assembler, the_deadline_of_the_first_voice_takes_the_words_of_both) {
  conversation c;
  c.start(100).end(1000).start(1200).says(2400, interim("one two", 2300)).tick(2500);
  EXPECT_EQ(c.take(), (lines{"flush", "i2 one two", "F1 one two"}));
  c.says(2600, interim("one two three", 2500))
      .end(3000)
      .says(3100, flushed("One, two, three.", 3000));
  EXPECT_EQ(c.take(), (lines{"i2 three", "flush", "F2 three."}));
}

TEST(utterance_assembler, utterance_end_is_the_fallback_when_noise_stops_the_endpointer) {
  conversation c{without_flush()};
  c.start(100).says(900, settled("for", 800)).says(1500, interim("Tuesday", 1400)).end(3000);
  c.says(3300, utterance_end(1300));
  EXPECT_EQ(c.take(), (lines{"i1 for", "i1 for Tuesday", "F1 for Tuesday"}));
  // The settled text of the same words, and a second sign: nothing is left to say.
  c.says(3400, speech_final("Tuesday", 3000)).says(3500, utterance_end(1300));
  EXPECT_EQ(c.take(), lines{});
}

TEST(utterance_assembler, a_late_utterance_end_does_not_touch_the_next_utterance) {
  conversation c{without_flush()};
  c.start(100).end(1200).says(1300, speech_final("one", 1200));
  c.says(2000, utterance_end(1000)); // nothing is open
  c.start(2100).says(2700, interim("two", 2600)).says(2750, utterance_end(1000)).end(2900);
  EXPECT_EQ(c.take(), (lines{"F1 one", "i2 two"}));
  c.says(4000, utterance_end(2500));
  EXPECT_EQ(c.take(), lines{"F2 two"});
}

TEST(utterance_assembler, without_flush_the_decision_of_the_service_is_waited_for) {
  conversation c{without_flush()};
  c.start(100).says(900, interim("yes", 800)).end(1300);
  c.says(1500, settled("yes", 1000));
  EXPECT_EQ(c.take(), (lines{"i1 yes"}));
  c.says(1700, speech_final("", 1400));
  EXPECT_EQ(c.take(), lines{"F1 yes"});
}

TEST(utterance_assembler, everything_repeated_is_said_once) {
  conversation c;
  c.start(100);
  for (int i = 0; i < 3; ++i)
    c.says(900, interim("for", 800));
  for (int i = 0; i < 3; ++i)
    c.says(1100, settled("for Tuesday", 1000));
  c.says(1150, interim("for", 800)); // out of order
  c.end(2000);
  for (int i = 0; i < 3; ++i)
    c.says(2100, flushed("please", 2000));
  c.end(2200).tick(9000);
  EXPECT_EQ(c.take(), (lines{"i1 for", "i1 for Tuesday", "flush", "F1 for Tuesday please"}));
  c.start(10000).end(10700);
  for (int i = 0; i < 3; ++i)
    c.says(10800, flushed("please", 2000)).says(10800, speech_final("please", 2000));
  EXPECT_EQ(c.take(), lines{"flush"});
}

TEST(utterance_assembler, a_voice_that_never_ends_is_closed_at_its_greatest_length) {
  conversation c;
  c.start(0).says(20000, settled("and then", 19900)).tick(29999);
  EXPECT_EQ(c.take(), lines{"i1 and then"});
  c.tick(30000);
  EXPECT_EQ(c.take(), lines{"F1 and then"});
  c.says(31000, settled("she said", 30900)).end(31500); // its end is nobody's
  EXPECT_EQ(c.take(), lines{});
  c.start(32000).end(32500).says(32600, flushed("bye", 32500));
  EXPECT_EQ(c.take(), (lines{"i2 she said", "flush", "F2 she said bye"}));
}

TEST(utterance_assembler, a_silent_service_has_failed_at_the_greatest_length) {
  conversation c;
  c.start(0).tick(30000);
  EXPECT_EQ(c.take(), lines{"failure timeout retryable"});
}

TEST(utterance_assembler, words_that_stand_still_while_the_voice_goes_on_are_flushed_once) {
  conversation c;
  c.start(0).says(1000, interim("my number is", 900));
  EXPECT_EQ(c.assembler.next_deadline(), conversation::at(3000));
  c.says(2500, interim("my number is", 2400)).tick(2999).tick(3000).tick(3100);
  EXPECT_EQ(c.take(), (lines{"i1 my number is", "flush"}));
  c.says(3200, flushed("My number is", 3000));
  EXPECT_EQ(c.take(), lines{"i1 My number is"});
  EXPECT_EQ(c.assembler.next_deadline(), conversation::at(30000));
}

TEST(utterance_assembler, a_start_without_the_end_of_the_former_ends_it) {
  conversation c;
  c.start(100).says(900, settled("one", 800)).start(1500).end(2200);
  c.says(2300, flushed("two", 2200));
  EXPECT_EQ(c.take(), (lines{"i1 one", "flush", "F2 one two"}));
  c.end(2500); // an end without a start
  EXPECT_EQ(c.take(), lines{});
}

TEST(utterance_assembler, stream_over_closes_everything) {
  conversation c;
  c.start(100).says(500, interim("one", 400)).end(1000).start(1400);
  c.says(1500, {.stream_over = true});
  EXPECT_EQ(c.take(), (lines{"i1 one", "flush", "F2 one"}));
  c.says(1600, {.stream_over = true}).end(1700).tick(9000);
  EXPECT_EQ(c.take(), lines{});
}

TEST(utterance_assembler, a_whole_turn_is_given_once_however_many_voices_it_had) {
  conversation c{without_flush()};
  c.start(100).says(600, update("I would", 500)).end(1000).start(1500);
  c.says(2000, update("I would like Tuesday", 1900)).end(2300);
  c.says(2600, end_of_turn("I would like Tuesday.", 2500));
  EXPECT_EQ(c.take(),
            (lines{"i1 I would", "i2 I would like Tuesday", "F2! I would like Tuesday."}));
}

TEST(utterance_assembler, an_early_end_may_be_taken_back) {
  conversation c{without_flush()};
  c.start(100).says(600, update("Tuesday", 500)).end(1000);
  c.says(1100, eager("Tuesday", 1000)).says(1300, resumed("Tuesday", 1200));
  c.says(1400, update("Tuesday or", 1300)).says(1500, eager("Tuesday or", 1400));
  c.says(1600, end_of_turn("Tuesday or", 1500));
  EXPECT_EQ(c.take(), (lines{"i1 Tuesday", "i1! Tuesday", "i1 Tuesday", "i1 Tuesday or",
                             "i1! Tuesday or", "F1! Tuesday or"}));
  // Also when nothing was known of an early end.
  c.start(2000).says(2500, resumed("", 2400));
  EXPECT_EQ(c.take(), lines{"i2 "});
}

TEST(utterance_assembler, a_turn_that_ends_while_the_voice_goes_on_is_held_and_marked) {
  conversation c{without_flush()};
  c.start(100).says(1300, end_of_turn("yes", 1200)).says(1500, update("", 1400)).end(4000);
  EXPECT_EQ(c.take(), (lines{"i1! yes", "F1! yes"}));
}

TEST(utterance_assembler, a_turn_closed_at_its_deadline_gives_only_the_rest_later) {
  conversation c{without_flush()};
  c.start(100).says(600, update("I would like", 500)).end(1000).tick(2500);
  EXPECT_EQ(c.take(), (lines{"i1 I would like", "F1 I would like"}));
  c.start(2600).says(3000, update("I'd like Tuesday", 2900)).end(3200).tick(4700);
  EXPECT_EQ(c.take(), (lines{"i2 Tuesday", "F2 Tuesday"}));
  c.says(4800, end_of_turn("I'd like Tuesday.", 4700));
  c.start(5000).says(5500, end_of_turn("Bye.", 5400)).end(5600);
  EXPECT_EQ(c.take(), (lines{"i3! Bye.", "F3! Bye."}));
}

TEST(utterance_assembler, a_decision_about_the_next_voice_outlives_the_deadline_of_the_first) {
  conversation c{without_flush()};
  c.start(100).end(1000).start(1200).says(2300, end_of_turn("one two", 2200)).tick(2500).end(2600);
  EXPECT_EQ(c.take(), (lines{"i2! one two", "F1! one two", "F2! "}));
}

TEST(utterance_assembler, texts_are_bounded_and_clean) {
  assembler_settings small;
  small.text_bytes_max = 32;
  conversation c{small};
  c.start(0);
  for (int i = 1; i < 50; ++i)
    c.says(100 * i, settled("gr\xC3\xBC\xC3\xBC\xC3\x9F"
                            "e\n\x01",
                            100 * i));
  c.says(5000, interim(std::string(1 << 20, 'x'), 5000)).end(5100).says(5200, flushed("", 5100));
  const auto heard = c.take();
  for (const auto& line : heard) {
    EXPECT_LE(line.size(), 3u + 32u);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
  EXPECT_EQ(heard.back().substr(0, 3), "F1 ");
}

TEST(utterance_assembler, the_lowest_confidence_and_all_alternatives_travel_with_the_final) {
  utterance_assembler a{{}};
  const auto t = conversation::at(0);
  a.speech_started(t, 0ms);
  auto one = settled("call", 500);
  one.confidence = 0.5f;
  one.alternatives = {"tall"};
  auto two = flushed("me", 1000);
  two.confidence = 0.9f;
  two.alternatives = {"knee", "911"};
  a.on(one, t);
  a.speech_ended(t, 1000ms);
  const auto told = a.on(two, t);
  ASSERT_EQ(told.size(), 1u);
  const auto& final = std::get<transcript>(told[0]);
  EXPECT_FLOAT_EQ(final.confidence, 0.5f);
  EXPECT_EQ(final.alternatives, (std::vector<std::string>{"tall", "knee", "911"}));
  EXPECT_EQ(final.audio_end, 1000ms);
  EXPECT_FALSE(final.rejected);
}

TEST(utterance_assembler, a_new_connection_keeps_the_words_and_counts_from_zero) {
  conversation c;
  c.start(100).says(900, settled("for", 800)).says(1200, interim("Tues", 1100));
  c.assembler.connection_restarted();
  c.note(c.assembler.on(settled("day please", 300), conversation::at(1800)));
  c.note(c.assembler.speech_ended(conversation::at(2000), 600ms));
  c.note(c.assembler.on(flushed("", 600), conversation::at(2100)));
  EXPECT_EQ(c.take(), (lines{"i1 for", "i1 for Tues", "i1 for Tues day please", "flush",
                             "F1 for Tues day please"}));
}

} // namespace
} // namespace trunkline::assembling
