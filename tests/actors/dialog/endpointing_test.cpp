#include "actors/dialog/endpointing.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(endpointing, a_sentence_that_goes_on_is_waited_for_in_english_and_spanish) {
  for (const auto* text :
       {"I would like to", "a cleaning and", "quiero una cita para", "soy Ana y", "me duele la"})
    EXPECT_TRUE(looks_unfinished(text)) << text;
  for (const auto* text : {"a cleaning please", "quiero una cita", "por favor", "sí", ""})
    EXPECT_FALSE(looks_unfinished(text)) << text;
}

TEST(endpointing, an_answer_that_is_dictated_is_waited_for_in_english_and_spanish) {
  for (const auto* text : {"Sure. What is your number?", "¿Cuál es su número de teléfono?",
                           "Claro. ¿Me dice su nombre, por favor?"})
    EXPECT_TRUE(expects_dictation(text)) << text;
  for (const auto* text : {"Your number is noted. Anything else?", "¿En qué puedo ayudarle?",
                           "Su número está anotado. ¿Algo más?", "Diga su nombre."})
    EXPECT_FALSE(expects_dictation(text)) << text;
}

} // namespace
} // namespace trunkline
