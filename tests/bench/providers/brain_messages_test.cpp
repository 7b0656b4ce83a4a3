#include "bench/providers/chat_stand_ins.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

std::vector<chat_message> talk(size_t messages) {
  std::vector<chat_message> made;
  for (size_t i = 0; i < messages; ++i)
    made.push_back({i % 3 == 1   ? speaker::caller
                    : i % 3 == 2 ? speaker::agent
                                 : speaker::tool,
                    std::to_string(i),
                    {},
                    {}});
  return made;
}

TEST(brain_messages_test, a_short_conversation_is_taken_whole) {
  EXPECT_EQ(brain_messages({}).size(), 0u);
  EXPECT_EQ(brain_messages(talk(brain_messages_max)).size(), brain_messages_max);
}

TEST(brain_messages_test, a_long_one_from_a_callers_words_on) {
  for (size_t more = 1; more < 7; ++more) {
    const auto kept = brain_messages(talk(brain_messages_max + more));
    EXPECT_LE(kept.size(), brain_messages_max);
    EXPECT_GE(kept.size(), brain_messages_max - 2);
    EXPECT_EQ(kept.front().role, speaker::caller);
    EXPECT_EQ(kept.back().text, std::to_string(brain_messages_max + more - 1));
  }
}

TEST(brain_messages_test, one_in_which_only_the_agent_spoke_stays_whole) {
  const std::vector<chat_message> said(brain_messages_max + 9, {speaker::agent, "hm", {}, {}});
  EXPECT_EQ(brain_messages(said).size(), said.size());
}

} // namespace
} // namespace trunkline
