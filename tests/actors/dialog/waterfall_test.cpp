#include "actors/dialog/waterfall.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

std::string text_of(const std::vector<latency_part>& parts) {
  std::string all;
  for (const auto& part : parts)
    all += (all.empty() ? "" : " ") + part.name + "/" + part.owner + "=" + std::to_string(part.ms);
  return all;
}

turn_moments spoken_turn() {
  turn_moments at;
  at.speech_end = 1000ms;
  at.endpoint = 1300ms;
  at.decided = 1340ms;
  at.reply_asked = 1341ms;
  at.first_token = 1741ms;
  at.first_sentence = 1801ms;
  at.voice_asked = 1802ms;
  at.first_audio = 1902ms;
  at.sent = 1904ms;
  at.playout = 1950ms;
  return at;
}

TEST(waterfall, parts_follow_each_other_and_are_the_whole_wait) {
  const auto parts = waterfall_of(spoken_turn());
  EXPECT_EQ(text_of(parts), "endpointing/setting=300 stt_final/service=40 engine/engine=4 "
                            "llm_first_token/service=400 sentence/service=60 "
                            "tts_first_audio/service=100 playout/network=46");
  EXPECT_EQ(total_ms(parts), 950);
}

TEST(waterfall, a_tool_and_the_wait_for_the_disk_are_parts_of_their_own) {
  auto at = spoken_turn();
  at.tool = 150ms;
  at.durable = 30ms;
  const auto parts = waterfall_of(at);
  EXPECT_NE(text_of(parts).find("tool/tool=120 durable/engine=30 llm_first_token/service=250"),
            std::string::npos)
      << text_of(parts);
  EXPECT_EQ(total_ms(parts), 950);
}

TEST(waterfall, no_part_is_longer_than_where_it_lies) {
  auto at = spoken_turn();
  at.tool = 150ms;
  at.durable = 500ms; // tools beside each other
  EXPECT_EQ(total_ms(waterfall_of(at)), 950);
  at.tool = 3000ms; // told late
  EXPECT_EQ(total_ms(waterfall_of(at)), 950);
  at.decided = 900ms; // a clock that goes back
  EXPECT_EQ(total_ms(waterfall_of(at)), 950);
}

TEST(waterfall, moments_that_never_came_are_left_out) {
  turn_moments at;
  EXPECT_TRUE(waterfall_of(at).empty()) << "nobody spoke";
  at.speech_end = 1000ms;
  at.sent = 1500ms;
  EXPECT_EQ(text_of(waterfall_of(at)), "engine/engine=500");
}

} // namespace
} // namespace trunkline
