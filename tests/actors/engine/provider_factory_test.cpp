// What an assistant with several languages says and hears through, against a stand-in that notes
// what it is asked.

#include "actors/engine/provider_factory.hpp"

#include "protocol/phrases/catalogue.hpp"
#include "tests/support/provider_bench.hpp"
#include "tests/support/sample_assistant.hpp"

namespace trunkline {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(provider_factory, makes_recognisers_and_voices_for_each_language) {
  testing::provider_bench bench;
  std::vector<std::string> spoken, opened;
  const auto& server = bench.serve(std::make_unique<testing::scripted_service>(
      [&](const http_request& request) {
        spoken.push_back(request.body);
        return testing::error_answer(500, "{}");
      },
      [&](const http_request& head) {
        opened.emplace_back(head.target);
        return nullptr;
      }));
  engine_config config;
  auto& services = config.services;
  services.deepgram.base_url = services.polly.base_url = services.openai.base_url =
      server.base_url();
  services.deepgram.api_key = services.openai.api_key = "k";
  services.polly.access_key_id = services.polly.secret_access_key = "k";
  auto who = testing::sample_assistant();
  who.stt = {"deepgram"};
  who.llm = {"openai", "embedded"};
  who.tts = {"polly"};
  spoken_language spanish;
  spanish.tag = "es-US";
  spanish.greeting = "Hola.";
  spanish.say_voice = "Polly.Lupe-Neural";
  spanish.stt = who.stt;
  spanish.tts = who.tts;
  who.languages = {spanish};
  provider_factory factory{config, std::make_shared<provider_board>()};
  const auto made = factory.make(who, bench.loop);
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_THAT(made->llms, SizeIs(1)) << "the embedded agent does not speak Spanish";
  ASSERT_EQ(made->languages.count("es-US"), 1u);
  const auto& other = *made->languages.at("es-US");
  ASSERT_THAT(other.stts, SizeIs(1));
  ASSERT_THAT(other.ttss, SizeIs(1));
  EXPECT_NE(other.ttss[0].voice_key, made->ttss[0].voice_key);

  const auto session = other.stts[0].provider->open([](stt_event) {});
  EXPECT_TRUE(bench.run_until([&] { return !opened.empty(); }));
  EXPECT_THAT(opened, Contains(HasSubstr("language=es-US")));
  // Fixed phrases are rendered ahead in both voices, each in its language.
  const auto asked = [&](const char* voice, const std::string& text) {
    for (const auto& body : spoken)
      if (body.find(voice) != body.npos && body.find(text) != body.npos)
        return true;
    return false;
  };
  EXPECT_TRUE(bench.run_until(
      [&] { return asked("Lupe", "Hola.") && asked("Joanna", who.greeting.substr(0, 20)); }));
  EXPECT_FALSE(asked("Joanna", "Hola."));
}

} // namespace
} // namespace trunkline
