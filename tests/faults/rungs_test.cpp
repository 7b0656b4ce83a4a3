// What each rung of the ladder is for: one cell reaches it, and without it that cell is not met.

#include "tests/faults/fault_scene.hpp"
#include "tests/support/net.hpp"

#include "infra/net/http_server.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using testing::fault_cell;
using testing::fault_scene;

constexpr auto mid = fault_cell::moment::mid_call;

struct rung_case {
  rung at;
  child_role of; ///< whose row is taken out
  fault_cell cell;
  bool carrier_rest = false;
};

void PrintTo(const rung_case& one, std::ostream* out) {
  *out << to_string(one.at);
}

class rungs : public ::testing::TestWithParam<rung_case> {};

TEST_P(rungs, cell_needs_its_rung) {
  const auto& one = GetParam();
  {
    fault_scene scene{one.cell, {}, one.carrier_rest};
    EXPECT_EQ(scene.unmet(scene.play_call()), "");
  }
  ladder without;
  without.take_out(one.of, one.at);
  fault_scene scene{one.cell, without, one.carrier_rest};
  EXPECT_NE(scene.unmet(scene.play_call()), "") << "nobody needs " << to_string(one.at);
}

INSTANTIATE_TEST_SUITE_P(
    , rungs,
    ::testing::Values(
        rung_case{
            rung::L0, child_role::tts, {service_role::tts, "reset,pieces=2", mid, false, "L0"}},
        rung_case{rung::L1, child_role::llm, {service_role::llm, "refuse", mid, false, "L1"}},
        rung_case{rung::L2, child_role::llm, {service_role::llm, "refuse", mid, true, "L2"}},
        rung_case{
            rung::L3, child_role::media, {service_role::tts, "refuse", mid, true, "L3"}, true},
        rung_case{rung::L4, child_role::media, {service_role::tts, "refuse", mid, true, "L4"}}),
    [](const auto& given) { return std::string{to_string(given.param.at)}; });

// L5 is the carrier's alone: the number's fallback URL, served by nothing of ours.
TEST(fallback_url, answers_for_a_dead_engine) {
  for (const bool with_fallback : {true, false}) {
    testing::running_engine engine;
    testing::scripted_application page;
    page.request = [](const http_request&, const http_respond& respond) {
      respond({200, "text/xml", "<Response><Say>Please call again later.</Say></Response>"});
    };
    auto server = http_server::start({&engine.io}, {}, page);
    ASSERT_TRUE(server);
    if (with_fallback)
      engine.carrier.webhooks.fallback_url =
          "http://127.0.0.1:" + std::to_string((*server)->port()) + "/fallback";
    bool heard = false;
    const auto call = engine.place(testing::running_engine::says({testing::main_question}),
                                   [&](const call_event& event) {
                                     heard = heard || event.what == call_event::kind::agent_heard;
                                   });
    ASSERT_TRUE(engine.wait([&] { return heard; }));
    engine.running.reset();
    ASSERT_TRUE(engine.wait_for_end(call));
    EXPECT_EQ(call->facts().lost, !with_fallback) << call->facts().ended_by;
    EXPECT_EQ(call->facts().carrier_said.size(), with_fallback ? 1u : 0u);
    (*server)->close_all();
  }
}

} // namespace
} // namespace trunkline
