#include "protocol/text/emergency.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(emergency, danger_is_found_however_it_is_written) {
  for (const char* text :
       {"I can't breathe!", "help i cant breathe", "I CAN\xe2\x80\x99T really breathe",
        "my son is not breathing", "I have chest pain.", "the bleeding won't stop",
        "it won't stop bleeding", "i can't stop the bleeding", "she is unconscious",
        "this is an emergency", "he took an overdose", "My tooth got knocked out", "call 911",
        "call nine one one", "my face is really swelling up"})
    EXPECT_TRUE(has_emergency(text, {})) << text;
}

TEST(emergency, everyday_sentences_are_none) {
  for (const char* text :
       {"", "I'd like to book a cleaning", "nine thirty on december first", "my tooth hurts",
        "at nine or one", "can i breathe some life into my plan", "the chest of drawers is a pain",
        "it is not an emergency", "stop", "strokes of luck", "my gums are bleeding",
        "i am dying to see the doctor"})
    EXPECT_FALSE(has_emergency(text, {})) << text;
}

TEST(emergency, is_found_in_spanish_with_and_without_accents) {
  for (const char* text :
       {"¡No puedo respirar!", "mi hijo no respira", "me duele mucho el pecho",
        "creo que es un ataque al corazón", "tiene una reacción alérgica", "llame a una ambulancia",
        "perdió el conocimiento", "no para de sangrar", "tengo una emergencia"})
    EXPECT_TRUE(has_emergency(text, {})) << text;
  for (const char* text : {"quiero una cita para una limpieza", "no es una emergencia",
                           "me duele un diente", "a las nueve y media", "¿me llama mañana?"})
    EXPECT_FALSE(has_emergency(text, {})) << text;
}

TEST(emergency, an_assistants_own_words_replace_the_list) {
  assistant who;
  who.emergency_words = {"Gas leak", "..."};
  EXPECT_TRUE(has_emergency("there is a gas leak", who));
  EXPECT_TRUE(has_emergency("gas might leak", who));
  EXPECT_FALSE(has_emergency("gas might possibly leak", who));
  EXPECT_FALSE(has_emergency("a gas leakage", who));
  EXPECT_FALSE(has_emergency("i can't breathe", who));
}

TEST(emergency, is_a_number_of_keys_alone) {
  EXPECT_TRUE(is_typed_emergency("key 9 key 1 key 1"));
  EXPECT_TRUE(is_typed_emergency("key 1 key 1 key 2"));
  for (const auto* other :
       {"", "key 9", "key 5 key 9 key 1 key 1", "key 9 key 1 key 1 key 5", "911"})
    EXPECT_FALSE(is_typed_emergency(other)) << other;
}

TEST(emergency, hostile_text_is_harmless) {
  EXPECT_FALSE(has_emergency(std::string(100000, '\''), {}));
  EXPECT_FALSE(has_emergency("\xe2\x80", {}));
  EXPECT_TRUE(has_emergency(std::string("\0chest\0pain", 11), {}));
}

} // namespace
} // namespace trunkline
