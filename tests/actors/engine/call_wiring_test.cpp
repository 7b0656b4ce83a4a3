#include "actors/engine/call_wiring.hpp"

#include "tests/support/sample_assistant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

/// All three roles of one name; nobody talks to it here.
struct named : stt_provider, llm_provider, tts_provider {
  explicit named(std::string called) : called_(std::move(called)) {}
  std::string name() const override { return called_; }
  std::unique_ptr<stt_session> open(stt_sink) override { return nullptr; }
  std::unique_ptr<llm_stream> start(llm_request, llm_sink) override { return nullptr; }
  std::unique_ptr<tts_session> open(const std::string&, tts_sink) override { return nullptr; }

private:
  const std::string called_;
};

class call_wiring_test : public ::testing::Test {
protected:
  call_wiring_test() {
    for (const char* name : {"first", "second", "third"}) {
      const auto one = std::make_shared<named>(name);
      const auto endpoint = board->add(name, {});
      use.stts.push_back({one, endpoint});
      use.llms.push_back({one, endpoint});
      use.ttss.push_back({one, endpoint});
    }
    use.llm_weights = {70, 30, 0};
  }

  /// The models that one call after the other tries first.
  std::string first_models(uint64_t seed, int calls) {
    call_wiring made{nullptr, board, 20ms, seed};
    std::string all;
    for (int i = 0; i < calls; ++i)
      all += names_of(made)[child_role::llm].front()[0];
    return all;
  }
  std::map<child_role, std::vector<std::string>> names_of(call_wiring& made) {
    call_setup setup;
    setup.who = who;
    setup.use = std::make_shared<const assistant_services>(assistant_services{{use}, {}});
    const auto names = made.complete(0, std::move(setup)).services.names;
    return {names.begin(), names.end()};
  }

  std::shared_ptr<const assistant> who =
      std::make_shared<const assistant>(testing::sample_assistant());
  std::shared_ptr<provider_board> board = std::make_shared<provider_board>();
  assistant_providers use;
};

TEST_F(call_wiring_test, calls_draw_their_first_service_by_weight_and_seed) {
  const auto drawn = first_models(5, 400);
  EXPECT_NEAR(static_cast<double>(std::count(drawn.begin(), drawn.end(), 's')), 120, 30);
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), 't'), 0);
  EXPECT_EQ(first_models(5, 400), drawn);
  EXPECT_NE(first_models(6, 400), drawn);
}

TEST_F(call_wiring_test, the_call_knows_which_service_is_which) {
  call_wiring made{nullptr, board, 20ms, 5};
  for (int i = 0; i < 40; ++i) {
    call_setup setup;
    setup.who = who;
    setup.use = std::make_shared<const assistant_services>(assistant_services{{use}, {}});
    const auto services = made.complete(0, std::move(setup)).services;
    EXPECT_THAT(services.names.at(child_role::stt), ElementsAre("first", "second", "third"));
    const auto& models = services.names.at(child_role::llm);
    ASSERT_EQ(models.size(), 3u);
    EXPECT_EQ(models.back(), "third");
    // What the board says of a service is asked by the place it has in this call.
    board->trip(models.front());
    EXPECT_FALSE(services.usable(child_role::llm, 0));
    EXPECT_TRUE(services.usable(child_role::llm, 1));
    board->reset(models.front());
  }
}

TEST_F(call_wiring_test, each_language_has_its_recognisers_and_voices_and_all_the_same_models) {
  auto several = *who;
  several.languages.push_back({});
  several.languages.back().tag = "es-US";
  auto other = std::make_shared<assistant_providers>();
  const auto endpoint = board->add("spanish", {});
  other->stts.push_back({std::make_shared<named>("spanish"), endpoint});
  other->ttss.push_back({std::make_shared<named>("spanish"), endpoint});
  use.languages["es-US"] = other;
  call_wiring made{nullptr, board, 20ms, 5};
  for (const auto* begins_in : {"en-US", "es-US"}) {
    call_setup setup;
    setup.who = std::make_shared<const assistant>(in_language(several, begins_in));
    setup.use = std::make_shared<const assistant_services>(
        assistant_services{{use}, {}, {}, std::make_shared<const faq_index>(several)});
    setup = made.complete(0, std::move(setup));
    EXPECT_EQ(setup.services.name(child_role::stt, 0) == "spanish",
              begins_in == std::string{"es-US"});
    ASSERT_TRUE(setup.in_language);
    const auto spanish = setup.in_language("es-US"), english = setup.in_language("en-US");
    EXPECT_EQ(spanish.who->language, "es-US");
    EXPECT_THAT(spanish.services.names.at(child_role::stt), ElementsAre("spanish"));
    EXPECT_THAT(spanish.services.names.at(child_role::tts), ElementsAre("spanish"));
    EXPECT_EQ(english.services.names.at(child_role::stt).size(), 3u);
    EXPECT_EQ(spanish.services.names.at(child_role::llm), setup.services.names.at(child_role::llm));
    EXPECT_EQ(english.services.names.at(child_role::llm), setup.services.names.at(child_role::llm));
    EXPECT_TRUE(english.faq) << "answers are given without a model";
    EXPECT_FALSE(spanish.faq) << "but not in another language than they are written in";
    board->trip("spanish");
    EXPECT_FALSE(spanish.services.usable(child_role::stt, 0));
    EXPECT_TRUE(english.services.usable(child_role::stt, 0));
    board->reset("spanish");
  }
}

} // namespace
} // namespace trunkline
