#include "infra/config/service_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(service_entry, has_a_name_and_perhaps_a_model_and_a_weight) {
  struct {
    const char* text;
    const char* name;
    const char* model;
    unsigned weight;
  } const cases[] = {
      {"openai", "openai", "", 0},     {"openai:gpt-4o", "openai", "gpt-4o", 0},
      {"openai=20", "openai", "", 20}, {"ollama:llama3.2:3b=7", "ollama", "llama3.2:3b", 7},
      {"embedded", "embedded", "", 0},
  };
  for (const auto& one : cases) {
    const auto entry = parse_service_entry(service_role::llm, one.text);
    ASSERT_TRUE(entry) << one.text;
    EXPECT_EQ(entry->name, one.name);
    EXPECT_EQ(entry->model, one.model);
    EXPECT_EQ(entry->weight, one.weight);
  }
}

TEST(service_entry, says_what_is_wrong_with_others) {
  const auto wrong = [](service_role role, const char* text) {
    const auto entry = parse_service_entry(role, text);
    return entry ? std::string{} : entry.error().context;
  };
  EXPECT_THAT(wrong(service_role::llm, "deepgram"), HasSubstr("'deepgram'"));
  EXPECT_THAT(wrong(service_role::stt, "deepgrm"), HasSubstr("deepgram, openai"));
  EXPECT_THAT(wrong(service_role::tts, ""), HasSubstr("unknown service"));
  for (const auto* text : {"openai=", "openai=x", "openai=-1", "openai=1001", "openai=1.5"})
    EXPECT_THAT(wrong(service_role::llm, text), HasSubstr("whole number")) << text;
}

TEST(service_entry, lists_which_settings_are_missing_once_each) {
  engine_config config;
  EXPECT_THAT(missing_service_settings(config), IsEmpty());
  config.stt_providers = {"deepgram", "whisper"};
  config.llm_providers = {"openai", "openai:gpt-4o", "ollama", "embedded"};
  config.tts_providers = {"elevenlabs", "polly"};
  assistant who;
  who.id = "dental";
  who.tts = {"azure", "elevenlabs"};
  config.assistants = {who};
  EXPECT_THAT(missing_service_settings(config),
              ElementsAre("providers.stt lists deepgram, but DEEPGRAM_API_KEY is not set",
                          "providers.stt lists whisper, but WHISPER_BASE_URL is not set",
                          "providers.llm lists openai, but OPENAI_API_KEY is not set",
                          "providers.llm lists ollama, but OLLAMA_MODEL is not set",
                          "providers.tts lists elevenlabs, but ELEVENLABS_API_KEY is not set",
                          "providers.tts lists elevenlabs, but ELEVENLABS_VOICE_ID is not set",
                          "providers.tts lists polly, but AWS_ACCESS_KEY_ID is not set",
                          "providers.tts lists polly, but AWS_SECRET_ACCESS_KEY is not set",
                          "assistant dental lists azure, but AZURE_SPEECH_KEY is not set",
                          "assistant dental lists azure, but AZURE_SPEECH_REGION or "
                          "AZURE_SPEECH_BASE_URL is not set"));
}

TEST(service_entry, asks_for_no_key_of_a_stand_in) {
  engine_config config;
  config.llm_providers = {"openai", "ollama:llama3.2"};
  config.services.openai.base_url = "http://127.0.0.1:9000/v1";
  EXPECT_THAT(missing_service_settings(config), IsEmpty());
}

} // namespace
} // namespace trunkline
