#include "protocol/chat/thought_filter.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace trunkline {
namespace {

std::string said_in(const std::vector<std::string>& pieces) {
  thought_filter filter;
  std::string said;
  for (const auto& piece : pieces)
    said += filter.feed(piece);
  return said + filter.end();
}

struct example {
  const char *reply, *said;
};

constexpr example examples[] = {
    {"<think>They want a cleaning.</think>\n\nWe have Tuesday at nine.",
     "We have Tuesday at nine."},
    {"One moment. <think>hm</think> Yes, we do.", "One moment. Yes, we do."},
    {"<thinking>a <think> b</thinking>Good.", "Good."},
    {"<think></think>Good.", "Good."},
    {"<think>one</think><think>two</think> Good.", "Good."},
    {"<think>never ends <", ""},
    {"<think>a</thinking></think>Good.", "Good."},
    {"Good.</think>\nNo opening was sent.", "Good. No opening was sent."},
    {"5 < 6 and <b>bold</b> <thin", "5 < 6 and <b>bold</b> <thin"},
    {"<think", "<think"},
    {"<<think>x</think>", "<"},
    {"So<think>x</think>it is", "So it is"},
    {"", ""},
};

TEST(thought_filter, says_everything_but_thoughts) {
  for (const auto& one : examples)
    EXPECT_EQ(said_in({one.reply}), one.said) << one.reply;
}

TEST(thought_filter, does_not_mind_where_a_reply_is_cut) {
  for (const auto& one : examples) {
    const std::string reply = one.reply;
    for (size_t at = 0; at <= reply.size(); ++at)
      EXPECT_EQ(said_in({reply.substr(0, at), reply.substr(at)}), one.said) << reply << " " << at;
    std::vector<std::string> bytes;
    for (const char c : reply)
      bytes.emplace_back(1, c);
    EXPECT_EQ(said_in(bytes), one.said) << reply;
  }
}

TEST(thought_filter, says_at_once_what_can_be_no_tag) {
  thought_filter filter;
  EXPECT_EQ(filter.feed("Good morning <"), "Good morning ");
  EXPECT_EQ(filter.feed("b> "), "<b> ");
  EXPECT_EQ(filter.feed("<thi"), "");
  EXPECT_EQ(filter.feed("rd>"), "<third>");
}

} // namespace
} // namespace trunkline
