#include "bench/providers/stand_in_fleet.hpp"

#include "tests/bench/providers/plain_client.hpp"
#include "tests/support/provider_bench.hpp"

namespace trunkline {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

fleet_settings quick_fleet() {
  fleet_settings settings;
  settings.brain = constant_brain("Good morning.");
  return settings;
}

class stand_in_fleet_test : public ::testing::Test, public provider_bench {
protected:
  std::unique_ptr<stand_in_fleet> start(const fleet_settings& settings) {
    auto started = stand_in_fleet::start(io, settings);
    EXPECT_TRUE(started);
    return std::move(*started);
  }
};

TEST_F(stand_in_fleet_test, has_one_of_each_service_and_tells_an_engine_where) {
  const auto fleet = start(quick_fleet());
  EXPECT_THAT(fleet->names(), ElementsAre("anthropic", "azure", "coqui", "deepgram", "elevenlabs",
                                          "openai", "polly", "vosk"));
  size_t urls = 0;
  for (const auto& [name, value] : fleet->environment())
    if (name.ends_with("_BASE_URL")) {
      ++urls;
      plain_client client{io, value.ends_with("/v1") ? value.substr(0, value.size() - 3) : value};
      EXPECT_FALSE(client.end) << name << "=" << value;
      client.get("/nothing/here");
      EXPECT_TRUE(run_until([&] { return client.received.starts_with("HTTP/1.1 "); })) << name;
    }
  EXPECT_EQ(urls, fleet->names().size());
  EXPECT_EQ(fleet->find("nobody"), nullptr);
  EXPECT_EQ(fleet->find("vosk")->counts().requests, 1u);
}

TEST_F(stand_in_fleet_test, a_port_that_is_taken_is_told) {
  const auto first = start(quick_fleet());
  auto settings = quick_fleet();
  const auto url = first->find("openai")->base_url();
  settings.first_port = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  const auto second = stand_in_fleet::start(io, settings);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().context, HasSubstr(std::to_string(settings.first_port)));
}

TEST_F(stand_in_fleet_test, understands_what_it_was_taught_in_the_callers_voice) {
  const auto fleet = start(quick_fleet());
  caller_script script;
  script.lines.resize(2);
  script.lines[0].say = {"I would like a cleaning", "I would like a filling"};
  script.lines[1].unseen = {"no thank you"};
  const auto texts = fleet->learn(script, "kal16");
  ASSERT_TRUE(texts);
  EXPECT_EQ(*texts, 3u);
  for (const char* text : {"I would like a filling", "no thank you", "I would like a cleaning"}) {
    const auto audio = speak("kal16", text);
    ASSERT_TRUE(audio);
    spoken_input input{300ms};
    input.feed(std::vector<uint8_t>(5 * 160, 0xff));
    input.feed(**audio);
    EXPECT_EQ(fleet->words()->recognise(input.prints()), text);
  }
  EXPECT_FALSE(fleet->learn(script, "nobody's voice"));
}

TEST_F(stand_in_fleet_test, the_same_seed_takes_the_same_time) {
  const auto first_tokens = [](uint64_t seed) {
    chat_stand_in_settings settings;
    settings.brain = constant_brain("Good morning.");
    settings.seed = seed;
    const auto service = openai_stand_in(settings);
    http_request request;
    request.method = "POST";
    request.target = "/v1/chat/completions";
    request.body = R"({"messages":[{"role":"user","content":"hello"}]})";
    std::vector<milliseconds> all;
    for (int i = 0; i < 20; ++i)
      all.push_back(service->answer(request).body.at(0).after);
    return all;
  };
  EXPECT_EQ(first_tokens(9), first_tokens(9));
  EXPECT_NE(first_tokens(9), first_tokens(10));
  EXPECT_THAT(first_tokens(9),
              ::testing::Each(::testing::AllOf(::testing::Ge(280ms), ::testing::Le(520ms))));
}

} // namespace
} // namespace trunkline
