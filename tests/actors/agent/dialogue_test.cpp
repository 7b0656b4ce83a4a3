#include "infra/time/zone.hpp"
#include "tests/support/dialogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::dialogue;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class dialogue_test : public ::testing::Test {
protected:
  memory_repository store;
  dialogue talk{store};

  // Says the lines and returns the last answer.
  std::string say_all(std::initializer_list<const char*> lines) {
    std::string answer;
    for (const auto* line : lines)
      answer = talk.say(line);
    return answer;
  }
  std::string booked() const {
    std::string all;
    for (const auto& [_, row] : store.appointments)
      if (row.status == "booked")
        all += row.service_id + " " + to_iso(*to_local(row.starts_at, talk.who.time_zone)) + " " +
               row.caller_name + ";";
    return all;
  }
};

TEST_F(dialogue_test, books_step_by_step_and_says_goodbye) {
  EXPECT_THAT(talk.say("i'd like to book an appointment"), HasSubstr("come in for"));
  EXPECT_THAT(talk.say("a cleaning"), HasSubstr("Which day"));
  EXPECT_THAT(talk.say("next tuesday"), HasSubstr("What time"));
  EXPECT_THAT(talk.tools, ElementsAre("check_availability"));
  EXPECT_THAT(talk.say("two thirty"), HasSubstr("name"));
  EXPECT_EQ(talk.say("anna smith"), "So that is a cleaning on Tuesday, November twenty fourth at "
                                    "two thirty p.m., for Anna Smith. Is that right?");
  EXPECT_EQ(booked(), "") << "nothing before the yes";
  EXPECT_THAT(talk.say("yes"), HasSubstr("You're booked for a cleaning on Tuesday"));
  EXPECT_EQ(booked(), "cleaning 2026-11-24T14:30 Anna Smith;");
  EXPECT_THAT(talk.say("no thank you"), HasSubstr("Goodbye"));
  EXPECT_TRUE(talk.ended);
}

TEST_F(dialogue_test, takes_everything_from_one_line_and_corrections_after_it) {
  talk.say("book a cleaning next tuesday at two for anna smith");
  EXPECT_THAT(talk.say("no wednesday"), HasSubstr("Wednesday, November twenty fifth at two p.m."));
  EXPECT_THAT(talk.say("i said three o'clock"), HasSubstr("three p.m."));
  EXPECT_THAT(talk.say("actually a filling"), HasSubstr("a filling"));
  EXPECT_THAT(talk.say("it's hannah smith"), HasSubstr("for Hannah Smith"));
  talk.say("yes that's right");
  EXPECT_EQ(booked(), "filling 2026-11-25T15:00 Hannah Smith;") << talk.transcript;
}

TEST_F(dialogue_test, an_answer_with_a_misheard_goodbye_in_it_is_an_answer) {
  talk.say("book a cleaning");
  EXPECT_THAT(talk.say("bye only have tuesday free"), HasSubstr("What time")) << talk.transcript;
  EXPECT_FALSE(talk.ended);
  talk.say("ten");
  EXPECT_THAT(talk.say("by goodbye emily clark"), HasSubstr("for Emily Clark")) << talk.transcript;
  EXPECT_THAT(talk.say("goodbye"), HasSubstr("Goodbye"));
  EXPECT_TRUE(talk.ended);
}

TEST_F(dialogue_test, asks_what_to_change_after_a_plain_no) {
  talk.say("book a check up on tuesday at ten for bob jones");
  EXPECT_THAT(talk.say("no"), HasSubstr("What should I change"));
  EXPECT_THAT(talk.say("the time"), HasSubstr("What time"));
  EXPECT_THAT(talk.say("eleven thirty"), HasSubstr("eleven thirty a.m., for Bob Jones"));
  talk.say("no");
  EXPECT_THAT(talk.say("the day"), HasSubstr("Which day"));
  EXPECT_THAT(talk.say("friday"), HasSubstr("Friday, November twenty seventh at eleven thirty"));
  talk.say("yes");
  EXPECT_EQ(booked(), "check-up 2026-11-27T11:30 Bob Jones;") << talk.transcript;
}

TEST_F(dialogue_test, answers_a_question_in_between_and_comes_back) {
  say_all({"book a cleaning", "tuesday", "ten"});
  const auto answer = talk.say("do you take insurance");
  EXPECT_THAT(talk.tools, ElementsAre("answer_faq"));
  EXPECT_THAT(answer, HasSubstr("We accept most major"));
  EXPECT_THAT(answer, HasSubstr("May I have your name"));
  say_all({"anna smith", "yes"});
  EXPECT_EQ(booked(), "cleaning 2026-11-24T10:00 Anna Smith;") << talk.transcript;
}

TEST_F(dialogue_test, answers_from_the_documents_what_no_faq_entry_knows) {
  ASSERT_TRUE(store.knowledge().put_document(
      {talk.who.tenant_id, "d1", "Visiting", "visiting.md", "markdown", "", 1, 1, {}},
      {{0, "Visiting > Bus",
        "Bus lines 4 and 17 stop outside, a minute away. From the railway station it is a walk of "
        "ten minutes, or one stop by bus. Tickets are sold at the kiosk."}}));
  const auto answer = talk.say("which bus lines stop outside");
  EXPECT_THAT(talk.tools, ElementsAre("search_knowledge"));
  EXPECT_THAT(answer, HasSubstr("lines 4 and 17 stop outside, a minute away. From the railway"));
  EXPECT_THAT(answer, HasSubstr("one stop by bus. Is there anything else")) << "no more than that";
  EXPECT_THAT(talk.say("no I meant how far is the railway station"), HasSubstr("ten minutes"));
  EXPECT_FALSE(talk.ended);
  EXPECT_THAT(talk.say("do you have a telescope"), HasSubstr("I don't know that"));
  EXPECT_THAT(talk.say("no"), HasSubstr("anything else"));
}

TEST_F(dialogue_test, understands_what_a_recogniser_leaves_of_a_line) {
  say_all({"uh yeah hi i was hopin to get my teeth cleaned", "tuesdays or something", "to thirty",
           "uh it's anna smith", "yeah"});
  EXPECT_EQ(booked(), "cleaning 2026-11-24T14:30 Anna Smith;") << talk.transcript;
}

TEST_F(dialogue_test, asks_again_after_a_rejected_line_and_then_offers_a_message) {
  talk.say("book a cleaning");
  EXPECT_EQ(talk.say(""), "Sorry, I didn't catch that. Which day would you like?");
  EXPECT_THAT(talk.say(""), HasSubstr("leave a message"));
  EXPECT_EQ(talk.say("no"), "All right. Which day would you like?");
  EXPECT_THAT(talk.say("tuesday"), HasSubstr("What time"));
}

TEST_F(dialogue_test, takes_a_message_from_a_caller_it_never_understands) {
  say_all({"", "", ""});
  EXPECT_THAT(talk.say(""), HasSubstr("Somebody will call you back"));
  EXPECT_TRUE(talk.ended);
  ASSERT_EQ(store.messages.size(), 1u);
  EXPECT_EQ(store.messages[0].caller_number, "+15551234567");
}

TEST_F(dialogue_test, asks_a_caller_it_does_not_understand_whether_it_is_about_a_booking) {
  talk.say("");
  EXPECT_THAT(talk.say(""), HasSubstr("Would you like to book an appointment?"));
  EXPECT_THAT(talk.say("yes please"), HasSubstr("come in for")) << talk.transcript;
  EXPECT_THAT(talk.say("a cleaning"), HasSubstr("Which day"));
}

TEST_F(dialogue_test, offers_a_message_to_who_wants_something_else_than_a_booking) {
  say_all({"", ""});
  EXPECT_THAT(talk.say("no"), HasSubstr("leave a message")) << talk.transcript;
  EXPECT_THAT(talk.say("no"), HasSubstr("All right"));
  say_all({"", ""});
  EXPECT_THAT(talk.say("what are your opening hours"), HasSubstr("Monday to Friday"))
      << "a question is a question whatever was asked";
}

TEST_F(dialogue_test, books_for_a_caller_whose_name_is_not_understood) {
  say_all({"book a cleaning tuesday at ten", "", ""});
  talk.say("yes");
  EXPECT_EQ(booked(), "cleaning 2026-11-24T10:00 caller;") << talk.transcript;
}

TEST_F(dialogue_test, offers_the_name_the_carrier_gave) {
  talk.facts.caller_name = "Anna Smith";
  EXPECT_THAT(talk.say("book a cleaning tuesday at ten"), HasSubstr("under Anna Smith"));
  EXPECT_THAT(talk.say("no"), HasSubstr("your name"));
  say_all({"my name is ben smith", "yes"});
  EXPECT_EQ(booked(), "cleaning 2026-11-24T10:00 Ben Smith;");
}

TEST_F(dialogue_test, asks_whether_it_is_for_a_remembered_name_again) {
  talk.facts.caller_name = "Emily Clark";
  talk.facts.remembered = true;
  EXPECT_THAT(talk.say("book a cleaning tuesday at ten"),
              HasSubstr("Is that for Emily Clark again?"));
  say_all({"yes", "yes"});
  EXPECT_EQ(booked(), "cleaning 2026-11-24T10:00 Emily Clark;");
}

TEST_F(dialogue_test, forgets_a_caller_who_asks_for_it_and_says_what_stays) {
  talk.facts.caller_number = "+15551230001";
  const auto answer = talk.say("please forget me");
  EXPECT_THAT(talk.tools, ElementsAre("forget_caller"));
  EXPECT_THAT(answer, HasSubstr("deleted what I remembered"));
  EXPECT_THAT(answer, HasSubstr("records of your calls stay"));
  EXPECT_FALSE(store.users().users.begin()->second.remember);
  EXPECT_EQ(store.audits.back().action, "caller.forgotten");
}

TEST_F(dialogue_test, goes_on_with_what_it_was_asking_after_forgetting) {
  talk.facts.caller_number = "+15551230001";
  say_all({"i'd like to book an appointment", "a cleaning"});
  EXPECT_THAT(talk.say("and delete my data"), HasSubstr("Which day"));
}

TEST_F(dialogue_test, tells_who_withholds_the_number_that_nothing_is_remembered) {
  talk.facts.caller_number = "anonymous";
  EXPECT_THAT(talk.say("forget about me"), HasSubstr("number is withheld"));
  EXPECT_TRUE(store.users().users.empty());
}

TEST_F(dialogue_test, does_not_claim_to_have_forgotten_what_it_could_not) {
  talk.facts.caller_number = "+15551230001";
  store.broken = failure{failure_kind::unavailable, "locked", true};
  store.users().broken = store.broken;
  EXPECT_THAT(talk.say("forget me"), HasSubstr("I can't do that right now"));
}

TEST_F(dialogue_test, offers_what_is_near_when_a_time_is_taken_or_the_office_closed) {
  say_all({"book a cleaning tuesday at two thirty for anna smith", "yes", "bye"});
  dialogue other{store, "CA2"};
  other.facts.caller_number = "+15557654321";
  const auto answer = other.say("i want a check up on tuesday at two thirty");
  EXPECT_THAT(answer, HasSubstr("Two thirty p.m. on Tuesday, November twenty fourth is not "
                                "available"));
  EXPECT_THAT(answer, HasSubstr("one thirty p.m., two p.m. or three p.m."));
  EXPECT_THAT(other.say("the last one"), HasSubstr("at three p.m. is free"));
  const auto closed = other.say("actually sunday");
  EXPECT_THAT(closed, HasSubstr("We're closed on Sunday"));
  EXPECT_THAT(closed, HasSubstr("Monday, November twenty third"));
}

TEST_F(dialogue_test, gives_the_last_slot_to_the_one_who_confirms_first) {
  dialogue other{store, "CA2"};
  other.facts.caller_number = "+15557654321";
  talk.say("book a cleaning tuesday at two thirty for anna smith");
  other.say("book a cleaning tuesday at two thirty for ben jones");
  talk.say("yes");
  const auto late = other.say("yes");
  EXPECT_THAT(late, HasSubstr("just taken"));
  EXPECT_THAT(late, HasSubstr("What time would you like"));
  other.say("three");
  other.say("yes");
  EXPECT_EQ(booked(), "cleaning 2026-11-24T14:30 Anna Smith;cleaning 2026-11-24T15:00 Ben Jones;")
      << other.transcript;
}

TEST_F(dialogue_test, knows_what_it_asked_although_barge_ins_cut_every_answer) {
  for (const size_t words : {size_t{0}, size_t{1}, size_t{3}}) {
    memory_repository fresh;
    dialogue cut{fresh};
    cut.heard_words_max = words;
    for (const auto* line :
         {"book an appointment", "cleaning", "tuesday", "ten", "anna smith", "yes"})
      cut.say(line);
    EXPECT_EQ(fresh.appointments.size(), 1u) << words << " words heard\n" << cut.transcript;
  }
}

TEST_F(dialogue_test, cancels_after_a_yes) {
  say_all({"book a cleaning tuesday at ten for anna smith", "yes"});
  EXPECT_THAT(talk.say("i need to cancel my appointment"), HasSubstr("Should I cancel it?"));
  EXPECT_THAT(talk.say("no"), HasSubstr("leave it as it is"));
  EXPECT_NE(booked(), "");
  say_all({"cancel my appointment", "yes please"});
  EXPECT_EQ(booked(), "") << talk.transcript;
}

TEST_F(dialogue_test, asks_which_of_several_appointments_is_meant) {
  say_all({"book a cleaning tuesday at ten for anna smith", "yes",
           "book a filling friday at nine for anna smith", "yes"});
  EXPECT_THAT(talk.say("i want to cancel my appointment"), HasSubstr("Which appointment"));
  EXPECT_THAT(talk.say("the one on friday"), HasSubstr("filling"));
  talk.say("yes");
  EXPECT_EQ(booked(), "cleaning 2026-11-24T10:00 Anna Smith;") << talk.transcript;
}

TEST_F(dialogue_test, moves_an_appointment) {
  say_all({"book a cleaning tuesday at ten for anna smith", "yes"});
  EXPECT_THAT(talk.say("can i change my appointment to three p m"), HasSubstr("Is that right?"));
  talk.say("yes");
  EXPECT_EQ(booked(), "cleaning 2026-11-24T15:00 Anna Smith;") << talk.transcript;
  say_all({"i need to reschedule", "friday", "nine", "yes"});
  EXPECT_EQ(booked(), "cleaning 2026-11-27T09:00 Anna Smith;") << talk.transcript;
}

TEST_F(dialogue_test, takes_a_message_and_reads_it_back) {
  talk.say("can you tell doctor lee that i'm running ten minutes late");
  talk.say("anna smith");
  const auto back = talk.say("yes");
  EXPECT_THAT(back, HasSubstr("for Doctor Lee"));
  EXPECT_THAT(back, HasSubstr("i'm running ten minutes late"));
  talk.say("yes");
  ASSERT_EQ(store.messages.size(), 1u) << talk.transcript;
  EXPECT_EQ(store.messages[0].for_whom, "lee");
  EXPECT_EQ(store.messages[0].caller_name, "Anna Smith");
  EXPECT_EQ(store.messages[0].text, "i'm running ten minutes late");
}

TEST_F(dialogue_test, takes_another_number_for_the_call_back) {
  say_all({"i'd like to leave a message", "please look at my bill it is too high", "sam",
           "george brown", "no", "five five five nine eight seven six five four three", "yes"});
  ASSERT_EQ(store.messages.size(), 1u) << talk.transcript;
  EXPECT_EQ(store.messages[0].caller_number, "+15559876543");
  EXPECT_EQ(store.messages[0].for_whom, "sam");
}

TEST_F(dialogue_test, transfers_to_staff_and_in_an_emergency) {
  EXPECT_THAT(talk.say("can i talk to billing please"), HasSubstr("Sam"));
  ASSERT_EQ(talk.effects.size(), 1u);
  EXPECT_EQ(talk.effects[0].staff_id, "sam");
  dialogue person{store};
  person.say("book a cleaning");
  person.say("i want to speak to a real person");
  ASSERT_EQ(person.effects.size(), 1u);
  EXPECT_EQ(person.effects[0].staff_id, "maria");
  dialogue urgent{store};
  EXPECT_THAT(urgent.say("my father is unconscious"), HasSubstr("nine one one"));
  ASSERT_EQ(urgent.effects.size(), 1u);
  EXPECT_EQ(urgent.effects[0].staff_id, "emergency");
}

TEST_F(dialogue_test, never_gives_medical_advice) {
  for (const auto* line : {"should i take ibuprofen", "is it normal that my gum is swollen",
                           "what should i do about the pain", "is it safe to take antibiotics"}) {
    dialogue asked{store};
    EXPECT_THAT(asked.say(line), HasSubstr("can't give medical advice")) << line;
  }
}

TEST_F(dialogue_test, repeats_waits_and_asks_whether_the_caller_is_there) {
  talk.say("book a cleaning");
  EXPECT_EQ(talk.say("what"), "Which day would you like?");
  EXPECT_EQ(talk.say("hold on a second"), "Of course, take your time.");
  EXPECT_EQ(talk.silence(), "Are you still there? Which day would you like?");
  EXPECT_EQ(talk.say("say that again"), "Which day would you like?");
  EXPECT_THAT(talk.say("oh never mind"), HasSubstr("won't book anything"));
}

TEST_F(dialogue_test, looks_for_times_before_anything_is_booked) {
  EXPECT_THAT(talk.say("do you have any openings on tuesday"), HasSubstr("What time"));
  EXPECT_THAT(talk.say("ten"), HasSubstr("is free. Would you like to book it?"));
  EXPECT_THAT(talk.say("yes"), HasSubstr("come in for"));
  say_all({"whitening", "anna smith", "yes"});
  EXPECT_EQ(booked(), "whitening 2026-11-24T10:00 Anna Smith;") << talk.transcript;
}

TEST_F(dialogue_test, says_that_nothing_was_saved_when_the_store_fails) {
  talk.say("book a cleaning tuesday at ten for anna smith");
  store.broken = failure{failure_kind::unavailable, "locked", true};
  const auto answer = talk.say("yes");
  EXPECT_THAT(answer, HasSubstr("could not save"));
  EXPECT_THAT(answer, ::testing::Not(HasSubstr("booked for")));
  EXPECT_THAT(answer, HasSubstr("leave a message"));
}

} // namespace
} // namespace trunkline
