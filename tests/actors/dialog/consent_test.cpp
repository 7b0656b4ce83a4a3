#include "actors/dialog/consent.hpp"

#include <gtest/gtest.h>

using namespace trunkline;
using kind = consent_answer::kind;

namespace {

TEST(consent, a_plain_yes_is_one) {
  for (const auto* words :
       {"yes", "Yes.", "yeah", "sure", "okay", "ok that's fine", "that is fine with me", "go ahead",
        "of course", "um yes please", "yes you may record this call", "no problem", "i don't mind",
        "not a problem at all", "all right", "i agree"})
    EXPECT_EQ(consent_in(words).what, kind::given) << words;
  EXPECT_FALSE(consent_in("yes please").more);
  EXPECT_FALSE(consent_in("okay that's fine").more);
}

TEST(consent, a_no_in_any_wording_is_a_no) {
  for (const auto* words :
       {"no", "No, thank you.", "nope", "i'd rather you didn't", "please don't", "do not record me",
        "i do not want that", "yes but not recorded", "no i do not agree", "never", "i would mind",
        "without recording please", "i refuse", "okay no"})
    EXPECT_EQ(consent_in(words).what, kind::refused) << words;
  EXPECT_FALSE(consent_in("no thank you").more);
  EXPECT_FALSE(consent_in("please do not record this call").more);
}

TEST(consent, what_is_neither_is_not_a_yes) {
  for (const auto* words : {"", "I want to book a cleaning", "is it okay to bring my dog",
                            "what for", "okay what time do you open", "who is this", "yes but why",
                            "my tooth hurts", "are you fine today", "hello"})
    EXPECT_EQ(consent_in(words).what, kind::unclear) << words;
}

TEST(consent, says_whether_there_is_more_for_the_agent) {
  const auto yes = consent_in("yes I need a cleaning next Tuesday");
  EXPECT_EQ(yes.what, kind::given);
  EXPECT_TRUE(yes.more);
  const auto no = consent_in("no, and I need a cleaning next Tuesday");
  EXPECT_EQ(no.what, kind::refused);
  EXPECT_TRUE(no.more);
}

TEST(consent, is_understood_in_spanish) {
  for (const auto* words : {"sí", "si", "Sí, claro.", "por supuesto", "de acuerdo", "está bien",
                            "no hay problema", "pues sí", "no me importa", "¿cómo no?"})
    EXPECT_EQ(consent_in(words, "es-US").what, kind::given) << words;
  for (const auto* words :
       {"no", "No, gracias.", "mejor no", "prefiero que no", "sí pero sin grabar"})
    EXPECT_EQ(consent_in(words, "es-MX").what, kind::refused) << words;
  for (const auto* words : {"", "quiero una cita", "yes", "¿para qué?", "sí, pero ¿por qué?"})
    EXPECT_NE(consent_in(words, "es").what, kind::given) << words;
  const auto more = consent_in("sí, quiero una cita", "es-US");
  EXPECT_EQ(more.what, kind::given);
  EXPECT_TRUE(more.more);
  EXPECT_EQ(consent_in("sí").what, kind::unclear) << "to a question that was asked in English";
}

} // namespace
