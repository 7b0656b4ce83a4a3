#include "actors/agent/understanding.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

const local_minute now = *parse_local_iso("2026-11-21T10:00");
const assistant who = trunkline::testing::sample_assistant();

const faq_index faq{who};

understood hear(const std::string& line, listening expected = {}) {
  return understand(line, who, faq, now, expected);
}

TEST(understanding, finds_what_a_caller_wants) {
  const std::pair<const char*, intent> table[] = {
      {"i'd like to book an appointment", intent::book},
      {"could i make a appointment please", intent::book},
      {"need to schedule a cleaning", intent::book},
      {"apointment for a filling", intent::book},
      {"my tooth hurts can i come in", intent::book},
      {"i'm a new patient and i want to book", intent::book},
      {"do you have any openings on friday", intent::availability},
      {"what times are available tomorrow", intent::availability},
      {"i need to reschedule", intent::reschedule},
      {"can i move my cleaning appointment to monday", intent::reschedule},
      {"i have to cancel my appointment", intent::cancel},
      {"i can't make it on tuesday", intent::cancel},
      {"what are your opening hours", intent::faq},
      {"uh where are you guys located at", intent::faq},
      {"how much is a cleaning", intent::faq},
      {"do you take insurance", intent::faq},
      {"is there parking", intent::faq},
      {"what is your cancellation policy", intent::faq},
      {"can i leave a message", intent::message},
      {"tell doctor lee that i am late", intent::message},
      {"please have someone call me back", intent::message},
      {"let sam know the bill is wrong", intent::message},
      {"i want to speak to a person", intent::transfer},
      {"can you put me through to billing", intent::transfer},
      {"operator", intent::transfer},
      {"should i take an antibiotic", intent::medical},
      {"can you say that again", intent::repeat},
      {"what", intent::repeat},
      {"sorry", intent::repeat},
      {"pardon", intent::repeat},
      {"okay bye bye", intent::goodbye},
      {"no that's all", intent::goodbye},
      {"hang on a second", intent::hold},
      {"thank you", intent::thanks},
      {"are you a real person", intent::who_are_you},
      {"oh never mind", intent::never_mind},
      {"forget it", intent::never_mind},
      {"forget me", intent::forget_me},
      {"could you please forget about me", intent::forget_me},
      {"i want you to delete all of my personal data", intent::forget_me},
      {"could you wipe all my details", intent::forget_me},
      {"delete all about me", intent::forget_me},
      {"delete all of it", intent::none},
      {"please erase everything you know about me", intent::forget_me},
      {"please don't remember me next time", intent::forget_me},
      {"please don't forget me", intent::none},
      {"don't forget to call me back", intent::message},
      {"delete my appointment", intent::cancel},
      {"purple elephants", intent::none},
      {"yes", intent::none},
  };
  for (const auto& [line, wanted] : table)
    EXPECT_EQ(static_cast<int>(hear(line).wants), static_cast<int>(wanted)) << line;
}

TEST(understanding, forgives_small_errors_in_the_names_of_services_and_staff) {
  const std::pair<const char*, const char*> services[] = {
      {"a cleaning", "cleaning"},      {"get my teeth cleaned", "cleaning"},
      {"dental cleanin", "cleaning"},  {"a checkup", "check-up"},
      {"check up", "check-up"},        {"for an exam", "check-up"},
      {"whitning", "whitening"},       {"my teeth whitened", "whitening"},
      {"root canal", "root-canal"},    {"the consultation", "root-canal"},
      {"i lost a filling", "filling"}, {"let me check", ""},
      {"something else", ""}};
  for (const auto& [line, id] : services) {
    const auto heard = hear(line);
    EXPECT_EQ(heard.service ? who.services[*heard.service].id : "", id) << line;
  }
  const std::pair<const char*, const char*> staff[] = {{"doctor lee", "lee"},
                                                       {"talk to lee", "lee"},
                                                       {"the dentist", "lee"},
                                                       {"maria please", "maria"},
                                                       {"billing department", "sam"},
                                                       {"the front desk", "maria"},
                                                       {"nobody", ""}};
  for (const auto& [line, id] : staff) {
    const auto heard = hear(line);
    EXPECT_EQ(heard.staff ? who.staff[*heard.staff].id : "", id) << line;
  }
}

TEST(understanding, takes_names_where_they_are_said) {
  const listening asked{when_expected::nothing, true, false, true};
  const std::tuple<const char*, bool, const char*> table[] = {
      {"anna smith", true, "Anna Smith"},
      {"uh yes it's anna smith", true, "Anna Smith"},
      {"my name is bob o'brien", false, "Bob O'Brien"},
      {"hi this is john miller", false, "John Miller"},
      {"book a cleaning next tuesday at two for anna smith", false, "Anna Smith"},
      {"for whitening", false, ""},
      {"this is ridiculous", false, ""},
      {"s m i t h", true, "Smith"},
      {"smith s m i t h", true, "Smith"},
      {"the name is lee", true, "Lee"},
      {"yes please", true, ""},
      {"how much does it cost", true, ""},
      {"on tuesday", true, ""},
      {"555", true, ""},
      {"i'm calling about my appointment", false, ""},
  };
  for (const auto& [line, is_asked, name] : table)
    EXPECT_EQ(hear(line, is_asked ? asked : listening{}).name, name) << line;
}

TEST(understanding, tells_yes_from_no) {
  const std::pair<const char*, const char*> table[] = {{"yes", "yes"},
                                                       {"yeah that's right", "yes"},
                                                       {"uh huh", "yes"},
                                                       {"sure go ahead", "yes"},
                                                       {"that works for me", "yes"},
                                                       {"no problem", "yes"},
                                                       {"no", "no"},
                                                       {"nope", "no"},
                                                       {"um no wednesday", "no"},
                                                       {"that's not right", "no"},
                                                       {"not really", "no"},
                                                       {"i don't think so", "no"},
                                                       {"key 1", "yes"},
                                                       {"key 2", "no"},
                                                       {"key 1 key 2", ""},
                                                       {"tuesday", ""},
                                                       {"well i guess", ""}};
  for (const auto& [line, answer] : table) {
    const auto heard = hear(line);
    EXPECT_EQ(heard.yes ? "yes" : heard.no ? "no" : "", std::string{answer}) << line;
  }
}

TEST(understanding, takes_a_lone_zero_for_the_wish_to_speak_to_a_person) {
  EXPECT_EQ(hear("key 0").wants, intent::transfer);
  EXPECT_EQ(hear("key 5 key 0 key 5").wants, intent::none) << "part of a number";
}

TEST(understanding, hears_a_question_behind_a_correction) {
  EXPECT_TRUE(hear("sorry I meant is there a bus").question);
  EXPECT_TRUE(hear("no I meant is there a bus").question);
  EXPECT_TRUE(hear("oh no sorry which bus goes to you").question);
  EXPECT_FALSE(hear("no I can do two thirty").question);
  EXPECT_FALSE(hear("no do it on Friday").question);
  EXPECT_TRUE(hear("actually do you use amalgam").question);
  EXPECT_FALSE(hear("I can do two thirty").question);
  EXPECT_FALSE(hear("sorry I meant Tuesday").question);
  EXPECT_FALSE(hear("sorry").question);
}

} // namespace
} // namespace trunkline
