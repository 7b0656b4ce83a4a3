#include "bench/load/side_effects.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

const std::set<std::string> run{"CA1", "CA2"};

std::string booking(const std::string& sid, const std::string& at) {
  return R"({"call_sid":")" + sid + R"(","service_id":"cleaning","status":"booked","starts_at":")" +
         at + "\"}";
}

std::string bookings(const std::string& rows) {
  return R"({"appointments":[)" + rows + "]}";
}

constexpr const char* no_messages = R"({"messages":[]})";

TEST(side_effects, of_one_call_that_are_there_twice_are_counted) {
  const auto one = booking("CA1", "2026-12-01T14:30:00.000Z");
  const auto made =
      count_side_effects(bookings(one + "," + booking("CA2", "2026-12-01T14:30:00.000Z") + "," +
                                  booking("CA1", "2026-12-02T09:00:00.000Z")),
                         no_messages, run);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->kept, 3u);
  EXPECT_EQ(made->doubled, 0u) << "another call's, another time's";
  EXPECT_EQ(count_side_effects(bookings(one + "," + one), no_messages, run)->doubled, 1u);
}

TEST(side_effects, messages_count_and_other_calls_do_not) {
  const std::string message = R"({"call_sid":"CA2","for_whom":"","text":"Call me back."})";
  const std::string other = R"({"call_sid":"CA9","for_whom":"","text":"Call me back."})";
  const auto made = count_side_effects(
      bookings(""), R"({"messages":[)" + message + "," + other + "," + other + "," + message + "]}",
      run);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->kept, 2u);
  EXPECT_EQ(made->doubled, 1u);
}

TEST(side_effects, of_a_list_that_may_not_be_whole_nothing_is_known) {
  std::string rows = booking("CA9", "2026-12-01T14:30:00.000Z");
  for (int i = 1; i < 100; ++i)
    rows += "," + booking("CA9", "2026-12-01T14:30:00.000Z");
  EXPECT_FALSE(count_side_effects(bookings(rows), no_messages, run));
  for (const char* bad : {"", "[]", "{}", R"({"messages":7})", "no JSON"})
    EXPECT_FALSE(count_side_effects(bookings(""), bad, run)) << bad;
}

} // namespace
} // namespace trunkline
