// What an assistant with several languages says and hears through, against a stand-in that notes
// what it is asked.

#include "actors/engine/provider_factory.hpp"

#include "infra/config/tenant_keys.hpp"
#include "protocol/phrases/catalogue.hpp"
#include "tests/support/provider_bench.hpp"
#include "tests/support/sample_assistant.hpp"

namespace trunkline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
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

TEST(provider_factory, reaches_a_service_with_the_key_of_the_tenant) {
  testing::provider_bench bench;
  std::vector<std::string> keys;
  const auto& server = bench.serve(std::make_unique<testing::scripted_service>(
      [&](const http_request&) { return testing::error_answer(500, "{}"); },
      [&](const http_request& head) {
        keys.emplace_back(head.header("Authorization"));
        return nullptr;
      }));
  engine_config config;
  config.services.deepgram.base_url = server.base_url();
  config.services.deepgram.api_key = "ours";
  config.tenant_keys = R"({"acme":{"DEEPGRAM_API_KEY":"theirs"}})";
  std::vector<std::string> problems;
  config.tenants = read_tenant_keys(config, problems);
  ASSERT_TRUE(problems.empty()) << problems[0];
  const auto board = std::make_shared<provider_board>();
  provider_factory factory{config, board};
  auto who = testing::sample_assistant();
  who.stt = {"deepgram"};
  who.llm = who.tts = {"embedded"};
  std::vector<size_t> endpoints;
  for (const auto* tenant : {"acme", "other", "acme"}) {
    who.tenant_id = tenant;
    const auto made = factory.make(who, bench.loop);
    ASSERT_TRUE(made) << to_string(made.error());
    ASSERT_THAT(made->stts, SizeIs(1));
    endpoints.push_back(made->stts[0].endpoint);
    const auto before = keys.size();
    const auto session = made->stts[0].provider->open([](stt_event) {});
    EXPECT_TRUE(bench.run_until([&] { return keys.size() > before; }));
  }
  EXPECT_THAT(keys, ElementsAre(HasSubstr("theirs"), HasSubstr("ours"), HasSubstr("theirs")));
  EXPECT_EQ(endpoints[0], endpoints[2]);
  EXPECT_NE(endpoints[0], endpoints[1]) << "one's spent quota must not close the other's way";
}

} // namespace
} // namespace trunkline
