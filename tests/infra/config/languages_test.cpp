#include "infra/config/languages.hpp"

#include "infra/config/config_loader.hpp"
#include "protocol/phrases/catalogue.hpp"
#include "tests/support/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto spanish = "[[assistants.languages]]\ntag = \"es-US\"\ngreeting = \"Hola\"\n";

class languages_test : public ::testing::Test {
protected:
  loaded_config read(const std::string& of_assistant) {
    testing::write_file(folder_.path() / "t.toml",
                        "[[assistants]]\nid = \"a\"\nbusiness = \"B\"\ngreeting = \"Hello\"\n" +
                            of_assistant);
    return read_config({folder_.path() / "t.toml",
                        {{"HOME", "/home/somebody"},
                         {"OPENAI_API_KEY", "k"},
                         {"DEEPGRAM_API_KEY", "k"},
                         {"AWS_ACCESS_KEY_ID", "k"},
                         {"AWS_SECRET_ACCESS_KEY", "k"},
                         {"AZURE_SPEECH_KEY", "k"},
                         {"AZURE_SPEECH_REGION", "r"}},
                        {}});
  }
  std::string problems(const std::string& of_assistant) {
    std::string lines;
    for (const auto& one : read(of_assistant).problems)
      lines += one.line + "\n";
    return lines;
  }
  static std::vector<std::string> names(const std::vector<service_entry>& entries) {
    std::vector<std::string> all;
    for (const auto& one : entries)
      all.push_back(one.name);
    return all;
  }

  testing::temp_dir folder_;
};

TEST_F(languages_test, fill_in_what_is_not_given) {
  const auto all = read(std::string{"channel = \"relay\"\nllm = [\"openai\"]\n"} + spanish);
  ASSERT_TRUE(all.problems.empty()) << all.problems[0].line;
  const auto& who = all.config.assistants[0];
  ASSERT_EQ(who.languages.size(), 1u);
  EXPECT_EQ(who.languages[0].say_voice, "Polly.Lupe-Neural");
  EXPECT_EQ(who.languages[0].emergency_line, phrase_text(phrase::emergency, "es"));
  EXPECT_EQ(who.languages[0].recording_question, phrase_text(phrase::may_we_record, "es"));
  EXPECT_EQ(who.say_voice, "Polly.Joanna-Neural");
  EXPECT_EQ(who.emergency_line, phrase_text(phrase::emergency, "en"));
}

TEST_F(languages_test, of_an_assistant_that_speaks_only_spanish_are_spanish_throughout) {
  const auto all = read("language = \"es-MX\"\nchannel = \"gather\"\nllm = [\"openai\"]\n");
  ASSERT_TRUE(all.problems.empty()) << all.problems[0].line;
  const auto& who = all.config.assistants[0];
  EXPECT_EQ(who.say_voice, "Polly.Mia-Neural");
  EXPECT_EQ(who.emergency_line, phrase_text(phrase::emergency, "es"));
}

TEST_F(languages_test, have_numbers_of_which_an_assistant_has_each_once) {
  const std::string by_carrier = "channel = \"relay\"\nllm = [\"openai\"]\n";
  const auto all = read(by_carrier + "numbers = [\"+15550100200\"]\n" + spanish +
                        "numbers = [\"+15550100201\"]\n");
  ASSERT_TRUE(all.problems.empty()) << all.problems[0].line;
  const auto& who = all.config.assistants[0];
  EXPECT_THAT(who.numbers, ElementsAre("+15550100200", "+15550100201"));
  EXPECT_EQ(answering(who, "+15550100200").greeting, "Hello");
  EXPECT_EQ(answering(who, "+15550100201").greeting, "Hola");
  EXPECT_EQ(problems(by_carrier + "numbers = [\"+15550100200\"]\n" + spanish +
                     "numbers = [\"+15550100200\"]\n"),
            "");
  EXPECT_THAT(problems(by_carrier + spanish + "numbers = [\"+15550100200\"]\n" +
                       "[[assistants.languages]]\ntag = \"es-MX\"\ngreeting = \"Hola\"\n"
                       "numbers = [\"+15550100200\"]\n"),
              HasSubstr("is of a language before"));
}

TEST_F(languages_test, must_be_tags_each_once_with_voices_that_speak_them) {
  const std::string by_carrier = "channel = \"relay\"\nllm = [\"openai\"]\n";
  EXPECT_THAT(problems(by_carrier + "language = \"Spanish\"\n"), HasSubstr("language tag such as"));
  EXPECT_THAT(problems(by_carrier + "language = \"fi-FI\"\n"),
              HasSubstr("say_voice is missing; no voice of the carrier is known here for fi-FI"));
  const auto no_tag = problems("[[assistants.languages]]\ngreeting = \"Hola\"\n");
  EXPECT_THAT(no_tag, HasSubstr("assistants.languages.tag is missing"));
  EXPECT_EQ(std::count(no_tag.begin(), no_tag.end(), '\n'), 1) << no_tag;
  EXPECT_THAT(problems(by_carrier + spanish + spanish), HasSubstr("'es-US' is there twice"));
  EXPECT_THAT(problems(by_carrier + "language = \"es-US\"\n" + spanish),
              HasSubstr("or is the assistant's own language"));
  EXPECT_THAT(problems(by_carrier + spanish + "say_voice = \"Polly.Joanna-Neural\"\n"),
              HasSubstr("'Polly.Joanna-Neural' speaks en-US, not es-US"));
  EXPECT_THAT(problems(by_carrier + spanish + "voice = \"Lupe\"\n"), HasSubstr("give tts, too"));
}

TEST_F(languages_test, that_nothing_outside_serves_are_refused) {
  EXPECT_THAT(problems(spanish),
              AllOf(HasSubstr("no recogniser is left"), HasSubstr("no voice is left"),
                    HasSubstr("no language model is left")));
  EXPECT_EQ(
      problems(std::string{"channel = \"gather\"\nllm = [\"openai\", \"embedded\"]\n"} + spanish),
      "");
  EXPECT_THAT(problems(std::string{"llm = [\"openai\"]\nstt = [\"deepgram:flux-general-en\"]\n"
                                   "tts = [\"azure\"]\n"} +
                       spanish),
              AllOf(HasSubstr("'flux-general-en' understands English only"),
                    HasSubstr("'en-US-JennyNeural' speaks en-US")));
  EXPECT_EQ(problems(std::string{"llm = [\"openai\"]\n"} + spanish +
                     "stt = [\"deepgram\"]\ntts = [\"azure:es-US-PalomaNeural\", \"polly\"]\n"),
            "");
}

TEST_F(languages_test, use_services_without_the_embedded_ones) {
  const auto all = read(std::string{"llm = [\"openai\", \"embedded\"]\n"
                                    "stt = [\"deepgram\", \"embedded\"]\n"
                                    "tts = [\"polly\", \"embedded\"]\n"} +
                        spanish);
  ASSERT_TRUE(all.problems.empty()) << all.problems[0].line;
  const auto& config = all.config;
  const auto& who = config.assistants[0];
  EXPECT_THAT(names(recognisers_of(who, config)), ElementsAre("deepgram", "embedded"));
  EXPECT_THAT(names(models_of(who, config)), ElementsAre("openai"));
  const auto other = in_language(who, "es-US");
  EXPECT_THAT(names(recognisers_of(other, config)), ElementsAre("deepgram"));
  EXPECT_THAT(names(voices_of(other, config)), ElementsAre("polly"));
  EXPECT_EQ(voice_of({"polly", "", 0}, true, who, config.services), "Joanna");
  EXPECT_EQ(voice_of({"polly", "", 0}, true, other, config.services), "Lupe");
  EXPECT_EQ(voice_of({"azure", "es-US-PalomaNeural", 0}, true, other, config.services),
            "es-US-PalomaNeural");
  const auto back = in_language(other, "en-US");
  EXPECT_EQ(back.greeting, who.greeting);
  EXPECT_EQ(back.stt, who.stt);
  EXPECT_TRUE(back.in_first_language && !other.in_first_language);
}

} // namespace
} // namespace trunkline
