// What is left of a call in a line, and what it tells of its caller.

#include "actors/records/call_summary.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace trunkline {
namespace {

using nlohmann::json;

class call_summary_test : public ::testing::Test {
protected:
  call_summary_test() {
    call.call_sid = "CA1";
    call.started_at = timestamp{std::chrono::milliseconds{1795532400000}}; // 2026-11-24 10:00
    call.outcome = "answered";
    call.user_input_count = 3;
  }
  void used(const std::string& name, const json& arguments, const json& result) {
    turn_record turn;
    turn.index = static_cast<int>(turns.size());
    turn.role = "agent";
    turn.tools_json = json::array({{{"id", "t1"},
                                    {"name", name},
                                    {"arguments", arguments.dump()},
                                    {"result", result.dump()}}})
                          .dump();
    turns.push_back(turn);
  }
  void booked(const std::string& start, const std::string& name) {
    used("schedule_appointment", {{"service", "cleaning"}, {"start", start}, {"name", name}},
         {{"ok", true},
          {"status", "booked"},
          {"appointment",
           {{"id", "a"}, {"service", "cleaning"}, {"start", start}, {"name", name}}}});
  }
  call_summary made() const { return summarise(call, turns, who); }

  const assistant who = testing::sample_assistant();
  call_record call;
  std::vector<turn_record> turns;
};

TEST_F(call_summary_test, says_what_was_booked_and_learns_the_name) {
  call.outcome = "booked";
  booked("2026-11-24T14:30", "Emily Clark");
  EXPECT_EQ(made().line, "2026-11-24: booked a cleaning for Tuesday 24 November 14:30");
  EXPECT_EQ(made().caller_name, "Emily Clark");
  EXPECT_EQ(made().preferences, R"({"part_of_day":"afternoon","service":"cleaning"})");
}

TEST_F(call_summary_test, says_all_that_was_done_in_order_and_once) {
  booked("2026-11-24T14:30", "Emily Clark");
  booked("2026-11-24T14:30", "Emily Clark"); // a repeat
  used("take_message", {{"text", "please call me about the bill"}, {"name", "Emily Clark"}},
       {{"ok", true}, {"status", "taken"}});
  used("transfer_to_staff", {{"staff", who.staff.front().id}},
       {{"ok", true}, {"status", "connecting"}, {"staff", who.staff.front().id}});
  EXPECT_EQ(made().line, "2026-11-24: booked a cleaning for Tuesday 24 November 14:30; left a "
                         "message: please call me about the bill; was transferred to " +
                             who.staff.front().name);
}

TEST_F(call_summary_test, what_did_not_succeed_was_not_done) {
  used("schedule_appointment", {{"service", "cleaning"}, {"name", "Emily Clark"}},
       {{"ok", false}, {"error", "taken"}});
  used("cancel_appointment", json::object(), {{"ok", true}, {"status", "choose"}});
  EXPECT_EQ(made().line, "2026-11-24: nothing was arranged");
  EXPECT_EQ(made().caller_name, "");
  EXPECT_EQ(made().preferences, "");
}

TEST_F(call_summary_test, knows_calls_without_tools) {
  call.outcome = "emergency";
  EXPECT_EQ(made().line, "2026-11-24: an emergency");
  call.outcome = "abandoned";
  call.user_input_count = 0;
  EXPECT_EQ(made().line, "2026-11-24: said nothing");
  call.outcome = "answered";
  call.user_input_count = 1;
  call.knowledge_queries = 1;
  EXPECT_EQ(made().line, "2026-11-24: asked a question");
}

TEST_F(call_summary_test, a_name_that_was_not_understood_is_none) {
  booked("2026-11-24T09:00", "caller");
  EXPECT_EQ(made().caller_name, "");
}

TEST_F(call_summary_test, is_short_and_survives_whatever_the_rows_hold) {
  used("take_message",
       {{"text", std::string(5000, 'x') + "\n\x01"}, {"name", std::string(900, 'n')}},
       {{"ok", true}});
  EXPECT_LE(made().line.size(), summary_characters_max + 20);
  EXPECT_EQ(made().line.find('\n'), std::string::npos);
  EXPECT_LE(made().caller_name.size(), 80u);
  for (const auto* broken : {"[", "{}", "[1]", "[{\"result\":\"[]\"}]",
                             "[{\"name\":1,\"result\":\"{\\\"ok\\\":true}\"}]",
                             R"([{"name":"schedule_appointment","arguments":"1",)"
                             R"("result":"{\"ok\":true,\"appointment\":[]}"}])"}) {
    turn_record turn;
    turn.tools_json = broken;
    turns.push_back(turn);
  }
  EXPECT_NE(made().line, "");
}

} // namespace
} // namespace trunkline
