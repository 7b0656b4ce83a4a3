// More to do than the engine can: calls go to a channel that costs it less.

#include "protocol/phrases/catalogue.hpp"
#include "tests/support/running_engine.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string cut_off = phrase_text(phrase::cut_off, "en");

bool is_overloaded(running_engine& engine) {
  return engine.get("/metrics").body.find("\ntrunkline_overloaded 1") != std::string::npos;
}

TEST(overload, new_calls_go_to_the_lesser_channel_until_it_is_over) {
  running_engine engine;
  EXPECT_THAT(engine.post("/voice/incoming", engine.ringing("CA1")).body, HasSubstr("<Stream"));
  engine.lag_ms = 1000;
  ASSERT_TRUE(engine.wait([&] { return is_overloaded(engine); }));
  EXPECT_THAT(engine.post("/voice/incoming", engine.ringing("CA2")).body, HasSubstr("<Gather"));
  EXPECT_EQ(engine.call("CA2")["channel"], "gather");
  engine.lag_ms = 0;
  ASSERT_TRUE(engine.wait([&] { return !is_overloaded(engine); }, 30s));
  EXPECT_THAT(engine.post("/voice/incoming", engine.ringing("CA3")).body, HasSubstr("<Stream"));
}

class moved_by_overload : public ::testing::TestWithParam<const char*> {};

TEST_P(moved_by_overload, goes_on_where_it_was) {
  running_engine engine{
      [](engine_config& config) { config.assistants[0].when_overloaded = GetParam(); }};
  engine.carrier.text_per_character = 5ms;
  engine.carrier.recogniser_silence = 100ms;
  std::string heard;
  const auto call =
      engine.place(running_engine::says({"what are your opening hours", "do you take insurance",
                                         "what are your opening hours", "do you take insurance",
                                         "what are your opening hours", "where are you located",
                                         "no thank you"}),
                   [&](const call_event& event) { heard += event.text + "\n"; });
  engine.lag_ms = 1000; // the call is there before it is noticed
  ASSERT_TRUE(engine.wait_for_end(call, 90s));
  const auto stored = engine.ended_call(call->facts().call_sid);
  EXPECT_FALSE(call->facts().lost) << stored.dump(1);
  EXPECT_EQ(stored["channel"], GetParam());
  EXPECT_EQ(stored["resumes"], 1);
  std::string said;
  for (const auto& turn : stored["turns"])
    if (turn["role"] == "agent")
      said += turn["text"].get<std::string>() + "\n";
  ASSERT_NE(said.find(cut_off), said.npos) << said;
  EXPECT_EQ(said.find(cut_off), said.rfind(cut_off)) << "one apology";
  EXPECT_THAT(said, HasSubstr("Maple Street")) << "the last question was answered";
}

INSTANTIATE_TEST_SUITE_P(channels, moved_by_overload, ::testing::Values("gather", "relay"),
                         [](const auto& info) { return std::string{info.param}; });

} // namespace
} // namespace trunkline
