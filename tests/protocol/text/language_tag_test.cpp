#include "protocol/text/language_tag.hpp"

#include "protocol/text/unaccented.hpp"
#include "protocol/text/voice_language.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(language_tag, is_written_as_usual) {
  for (const char* tag : {"en", "es-US", "es-419", "cmn-CN", "zh-Hans-CN", "zh-Hans"})
    EXPECT_TRUE(is_language_tag(tag)) << tag;
  for (const char* text : {"", "e", "Spanish", "es_US", "es-us", "ES", "es-", "-US", "es-US-x",
                           "es--US", "es-MEX", "multi", "zh-hans"})
    EXPECT_FALSE(is_language_tag(text)) << text;
}

TEST(language_tag, is_of_a_language) {
  EXPECT_EQ(primary_language("es-MX"), "es");
  EXPECT_EQ(primary_language("es"), "es");
  EXPECT_TRUE(same_language("es-MX", "es-US"));
  EXPECT_FALSE(same_language("es", "en"));
  EXPECT_TRUE(is_english("en-GB"));
  EXPECT_FALSE(is_english(""));
}

TEST(voice_language, has_a_voice_of_the_carrier_for_each_language_of_the_catalogue) {
  EXPECT_EQ(usual_say_voice("en-US"), "Polly.Joanna-Neural");
  EXPECT_EQ(usual_say_voice("es-US"), "Polly.Lupe-Neural");
  EXPECT_EQ(usual_say_voice("es-MX"), "Polly.Mia-Neural");
  EXPECT_EQ(usual_say_voice("es-AR"), "Polly.Lupe-Neural");
  EXPECT_EQ(usual_say_voice("fi-FI"), "");
  for (const char* tag : {"en-US", "en-GB", "es-US", "es-MX", "es-ES"})
    EXPECT_EQ(language_of_say_voice(usual_say_voice(tag)), tag);
}

TEST(voice_language, is_known_by_name_or_not_at_all) {
  EXPECT_EQ(language_of_say_voice("Google.es-US-Chirp3-HD-Aoede"), "es-US");
  EXPECT_EQ(language_of_say_voice("Polly.Nobody-Neural"), std::nullopt);
  EXPECT_EQ(language_of_say_voice("woman"), std::nullopt);
}

TEST(voice_language, refuses_only_what_surely_does_not_fit) {
  EXPECT_TRUE(cannot_speak("embedded", "slt", "es-US"));
  EXPECT_FALSE(cannot_speak("embedded", "slt", "en-GB"));
  EXPECT_TRUE(cannot_speak("polly", "Joanna", "es-US"));
  EXPECT_FALSE(cannot_speak("polly", "Lupe", "es-MX"));
  EXPECT_TRUE(cannot_speak("azure", "en-US-JennyNeural", "es-US"));
  EXPECT_FALSE(cannot_speak("azure", "en-US-JennyMultilingualNeural", "es-US"));
  EXPECT_TRUE(cannot_speak("deepgram", "aura-2-thalia-en", "es-US"));
  EXPECT_FALSE(cannot_speak("deepgram", "aura-2-celeste-es", "es-US"));
  EXPECT_FALSE(cannot_speak("elevenlabs", "21m00Tcm4TlvDq8ikWAM", "es-US"));
  EXPECT_TRUE(cannot_hear("embedded", "", "es"));
  EXPECT_TRUE(cannot_hear("deepgram", "flux-general-en", "es"));
  EXPECT_FALSE(cannot_hear("deepgram", "flux-general-en", "en-US"));
  EXPECT_FALSE(cannot_hear("deepgram", "nova-3", "es"));
}

TEST(unaccented, leaves_plain_letters_and_what_it_does_not_know) {
  EXPECT_EQ(unaccented("¿Cómo está, Señora Núñez?"), " Como esta, Senora Nunez?");
  EXPECT_EQ(unaccented("ÁÜñ ½ × 日本"), "AUn ½ × 日本");
  EXPECT_EQ(unaccented("\xc3"), "\xc3");
  EXPECT_EQ(unaccented(""), "");
}

} // namespace
} // namespace trunkline
