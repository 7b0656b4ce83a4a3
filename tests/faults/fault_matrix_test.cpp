// Every role and every fault, through real actors and real sockets: what the caller hears, how long
// nothing is heard, how often a service is asked, and that all is well again afterwards.

#include "tests/faults/fault_scene.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using testing::fault_cell;
using testing::fault_scene;
using ::testing::HasSubstr;
using testing::heard_call;

constexpr unsigned requests_max = 3; // of a turn and service
constexpr auto recovery_max = 45s;

class fault_matrix : public ::testing::TestWithParam<fault_cell> {
protected:
  void expect_well(const heard_call& heard) {
    EXPECT_FALSE(heard.facts.lost) << heard.told();
    EXPECT_THAT(heard.rungs, Each(std::string{})) << heard.told();
    EXPECT_LE(heard.longest_silence, heard_call::silence_max) << heard.told();
    EXPECT_THAT(heard.spoken, HasSubstr("nine to one")) << heard.told();
  }

  /// The next call on the first service again, soon enough.
  void expect_recovery() {
    const auto ended = std::chrono::steady_clock::now();
    EXPECT_TRUE(scene.engine.wait([&] { return scene.state_of_first() != "open"; }, recovery_max));
    const auto again = scene.later_call();
    EXPECT_LE(std::chrono::steady_clock::now() - ended, recovery_max);
    const auto heard = scene.finished(*again);
    expect_well(heard);
    EXPECT_THAT(heard.stored["services"].dump(), HasSubstr(scene.name_of_first()));
  }

  fault_scene scene{GetParam()};
};

TEST_P(fault_matrix, caller_is_answered_and_others_hear_nothing_of_it) {
  const auto& cell = GetParam();
  const auto bystander = scene.bystander();
  const auto heard = scene.play_call();
  EXPECT_EQ(scene.unmet(heard), "");
  EXPECT_LE(scene.asked(), requests_max * heard.agent_turns()) << heard.told();
  expect_well(scene.finished(*bystander));
  scene.end_fault();
  if (!cell.fault.starts_with("tls="))
    expect_recovery();
}

INSTANTIATE_TEST_SUITE_P(cells, fault_matrix, ::testing::ValuesIn(testing::fault_cells()),
                         [](const auto& given) { return given.param.name(); });

} // namespace
} // namespace trunkline
