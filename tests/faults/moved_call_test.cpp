// No recogniser of ours is left: the carrier's own takes its place, and the call goes on.

#include "bench/providers/fault.hpp"
#include "protocol/phrases/catalogue.hpp"
#include "tests/faults/fault_scene.hpp"
#include "tests/faults/fault_stage.hpp"
#include "tests/support/script_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::running_engine;
using testing::staged_call;
using testing::staged_services;
using place = staged_services::place;

class moved_call : public ::testing::TestWithParam<bool> {};

TEST_P(moved_call, is_answered_by_gather) {
  const bool from_the_start = GetParam();
  staged_services services;
  running_engine engine{[&](engine_config& config) {
                          services.configure(config);
                          config.assistants[0].move_to_gather = true;
                        },
                        running_engine::speech::services};
  const auto deaf = [&] {
    for (const auto which : {place::first, place::second})
      services.at(service_role::stt, which).set_fault(*parse_fault("refuse"));
  };
  if (from_the_start)
    deaf();
  unsigned said = 0;
  staged_call one{
      engine,
      "+15550100200",
      {testing::first_question, testing::main_question, testing::main_question, "no thank you"},
      [&](const auto& line) {
        services.will_hear(line);
        if (++said == 2)
          deaf(); // what is lost is said again
      }};
  ASSERT_TRUE(engine.wait([&] { return one.over(); }, 90s));
  const auto heard = one.heard();
  EXPECT_FALSE(heard.facts.lost) << heard.told();
  EXPECT_THAT(heard.spoken, HasSubstr("nine to one")) << heard.told();
  EXPECT_EQ(heard.stored["channel"], "gather") << heard.told();
  EXPECT_EQ(heard.stored["resumes"], 1) << heard.told();
}

INSTANTIATE_TEST_SUITE_P(, moved_call, ::testing::Bool(), [](const auto& info) {
  return std::string{info.param ? "from_the_start" : "in_the_middle_of_a_call"};
});

TEST(moved_booking, is_finished_by_gather_with_one_apology) {
  const std::string cut_off = phrase_text(phrase::cut_off, "en");
  staged_services services;
  running_engine engine{[&](engine_config& config) {
                          services.configure(config);
                          config.assistants[0].move_to_gather = true;
                        },
                        running_engine::speech::services};
  engine.carrier.text_per_character = 5ms;
  engine.carrier.recogniser_silence = 100ms;
  unsigned said = 0;
  std::shared_ptr<call_watch> watch;
  const auto call = engine.place(testing::plan_of("booking"), [&](const call_event& event) {
    if (event.what == call_event::kind::gather_began)
      watch->stop(); // the carrier speaks now, and tells its caller
    if (event.what != call_event::kind::caller_speaks)
      return;
    services.will_hear(event.text);
    if (++said == 2)
      for (const auto which : {place::first, place::second})
        services.at(service_role::stt, which).set_fault(*parse_fault("refuse"));
  });
  watch = testing::words_for(engine, call);
  watch->start();
  ASSERT_TRUE(engine.wait_for_end(call, 90s));
  watch->stop();
  const auto stored = engine.ended_call(call->facts().call_sid);
  EXPECT_FALSE(call->facts().lost);
  EXPECT_EQ(stored["channel"], "gather") << stored.dump(1);
  EXPECT_EQ(stored["outcome"], "booked") << stored.dump(1);
  EXPECT_EQ(engine.stored("appointments").size(), 1u);
  unsigned apologies = 0;
  for (const auto& turn : stored["turns"])
    apologies += turn["text"].get<std::string>().find(cut_off) == std::string::npos ? 0 : 1;
  EXPECT_EQ(apologies, 1u) << stored.dump(1);
}

} // namespace
} // namespace trunkline
