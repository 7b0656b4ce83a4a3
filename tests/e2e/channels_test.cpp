// One conversation, three channels: what is booked, stored and said does not depend on how the
// caller is carried.

#include "tests/support/channel_call.hpp"
#include "tests/support/running_engine.hpp"
#include "tests/support/script_plan.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace trunkline {
namespace {

using testing::running_engine;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto quick = 5ms; // a character of the agent's voice

class every_channel : public ::testing::TestWithParam<const char*> {};

TEST_P(every_channel, gives_the_same_call) {
  const auto play = [](const char* channel, const char* script) {
    return testing::carry(channel, testing::plan_of(script), quick);
  };
  auto over_relay = std::async(std::launch::async, play, "relay", GetParam());
  auto by_gather = std::async(std::launch::async, play, "gather", GetParam());
  const auto media = play("media_stream", GetParam());
  EXPECT_EQ(media.outcome, load_caller_script(GetParam())->outcome) << media.row;
  for (const auto* channel : {"relay", "gather"}) {
    const auto other = (channel == std::string{"relay"} ? over_relay : by_gather).get();
    EXPECT_EQ(other.outcome, media.outcome) << other.row;
    EXPECT_EQ(other.tools, media.tools) << channel;
    EXPECT_EQ(other.caller, media.caller) << channel;
    EXPECT_EQ(other.said(), media.said()) << channel;
    EXPECT_EQ(other.facts.dialled, media.facts.dialled) << channel;
    EXPECT_EQ(other.end_reason, media.end_reason) << channel;
    EXPECT_EQ(other.facts.troubles, 0u) << channel;
  }
}

INSTANTIATE_TEST_SUITE_P(scripts, every_channel,
                         ::testing::Values("booking", "message", "emergency", "question_interrupt"),
                         [](const auto& info) { return std::string{info.param}; });

TEST(channels, of_a_number_are_what_its_assistant_is_configured_for) {
  for (const auto* channel : {"media_stream", "relay", "gather"}) {
    running_engine engine([&](engine_config& config) { config.assistants[0].channel = channel; });
    const auto twiml = engine.post("/voice/incoming", engine.ringing("CA1")).body;
    const auto verb = channel == std::string{"gather"}  ? "<Gather"
                      : channel == std::string{"relay"} ? "<ConversationRelay"
                                                        : "<Stream";
    EXPECT_THAT(twiml, HasSubstr(verb));
    EXPECT_THAT(twiml, HasSubstr("<Redirect"));
    EXPECT_EQ(engine.call("CA1")["channel"], channel);
  }
}

TEST(channels, do_not_take_each_others_sockets) {
  running_engine engine;
  const auto media = engine.offered_stream("CA1");
  const auto relay_url =
      engine.running->base_url().replace(0, 4, "ws") + "/api/v1/voice/conversation-relay/0";
  const auto stranger = engine.open_stream(relay_url);
  ASSERT_EQ(stranger->refused, "");
  stranger->send(
      R"({"type":"setup","sessionId":"VX1","callSid":"CA1","customParameters":{"token":")" +
      media.token + "\"}}");
  EXPECT_TRUE(engine.wait([&] { return stranger->closed != 0; }));
  EXPECT_EQ(stranger->closed, 1008);
  const auto carrier = engine.open_stream(media.url);
  carrier->send_start("CA1", media.token);
  EXPECT_TRUE(engine.wait([&] { return !carrier->received.empty(); }));
}

} // namespace
} // namespace trunkline
