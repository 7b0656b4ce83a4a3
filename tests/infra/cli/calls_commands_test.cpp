#include "infra/cli/calls_commands.hpp"
#include "tests/support/memory_repository.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace trunkline {

namespace {

class calls_commands_test : public ::testing::Test {
protected:
  memory_repository rows_;
  std::ostringstream out_, err_;

  void SetUp() override {
    call_record call;
    call.call_sid = "CA1";
    call.assistant_id = "brightsmile";
    call.caller_number = "+15551234567";
    call.called_number = "+15550100200";
    call.started_at = timestamp{std::chrono::hours{24}};
    call.ended_at = call.started_at + std::chrono::seconds{61};
    call.outcome = "booked";
    ASSERT_TRUE(rows_.put_call(call));
    turn_record turn;
    turn.call_sid = "CA1";
    turn.role = "agent";
    turn.text = "Hello\x1b[31m there";
    turn.heard = "Hello";
    turn.response_time_ms = 40;
    turn.latency = {{"engine", "engine", 40}};
    ASSERT_TRUE(rows_.put_turn(turn));
  }
};

TEST_F(calls_commands_test, shows_what_is_left_of_a_call) {
  call_note_record note;
  note.call_sid = "CA1";
  note.summary = "1970-01-02: booked a cleaning";
  ASSERT_TRUE(rows_.users().put_note(note));
  ASSERT_TRUE(rows_.put_tool_run(
      {"CA1", "extraction", "extract_data", "{}", R"({"ok":true,"data":{"pain":7}})", {}}));
  EXPECT_EQ(calls_show(rows_, "CA1", {}, out_, err_), 0);
  EXPECT_NE(out_.str().find("summary 1970-01-02: booked a cleaning\n"), std::string::npos);
  EXPECT_NE(out_.str().find(R"(extraction {"data":{"pain":7},"ok":true})"), std::string::npos)
      << out_.str();
  out_.str("");
  EXPECT_EQ(calls_show(rows_, "CA1", {true, false}, out_, err_), 0);
  const auto value = nlohmann::json::parse(out_.str());
  EXPECT_EQ(value["summary"], "1970-01-02: booked a cleaning");
  EXPECT_EQ(value["extraction"]["data"]["pain"], 7);
}

TEST_F(calls_commands_test, a_list_masks_numbers_unless_told_otherwise) {
  EXPECT_EQ(calls_list(rows_, 10, {}, out_, err_), 0);
  EXPECT_NE(out_.str().find("+1555***4567"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("1234567"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("61 s"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("1970-01-02T00:00:00Z"), std::string::npos) << out_.str();
  out_.str("");
  EXPECT_EQ(calls_list(rows_, 10, {false, true}, out_, err_), 0);
  EXPECT_NE(out_.str().find("+15551234567"), std::string::npos) << out_.str();
}

TEST_F(calls_commands_test, a_list_as_json_has_one_object_a_call) {
  EXPECT_EQ(calls_list(rows_, 10, {true, false}, out_, err_), 0);
  const auto list = nlohmann::json::parse(out_.str());
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]["caller_number"], "+1555***4567");
  EXPECT_EQ(list[0]["outcome"], "booked");
}

TEST_F(calls_commands_test, a_call_is_shown_with_its_turns_and_without_control_characters) {
  EXPECT_EQ(calls_show(rows_, "CA1", {}, out_, err_), 0);
  EXPECT_NE(out_.str().find("heard: Hello"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("40 ms: engine 40"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find('\x1b'), std::string::npos);
  out_.str("");
  EXPECT_EQ(calls_show(rows_, "CA1", {true, true}, out_, err_), 0);
  const auto call = nlohmann::json::parse(out_.str());
  EXPECT_EQ(call["caller_number"], "+15551234567");
  EXPECT_EQ(call["turns"][0]["latency"][0]["ms"], 40);
}

TEST_F(calls_commands_test, an_export_has_a_line_a_call_with_its_turns) {
  auto second = **rows_.find_call("CA1");
  second.call_sid = "CA2";
  second.started_at += std::chrono::hours{1};
  ASSERT_TRUE(rows_.put_call(second));
  EXPECT_EQ(calls_export(rows_, 10, {}, out_, err_), 0);
  std::istringstream lines{out_.str()};
  std::string first, other, none;
  std::getline(lines, first);
  std::getline(lines, other);
  EXPECT_FALSE(std::getline(lines, none));
  EXPECT_EQ(nlohmann::json::parse(first)["call_sid"], "CA2");
  const auto call = nlohmann::json::parse(other);
  EXPECT_EQ(call["caller_number"], "+1555***4567");
  ASSERT_EQ(call["turns"].size(), 1u);
  EXPECT_EQ(call["turns"][0]["heard"], "Hello");
}

TEST_F(calls_commands_test, an_unknown_call_is_one_line_and_a_hint) {
  EXPECT_EQ(calls_show(rows_, "CA2", {}, out_, err_), 1);
  EXPECT_EQ(err_.str(), "trunkline: there is no call CA2; see 'trunkline calls ls'\n");
  EXPECT_EQ(out_.str(), "");
}

} // namespace

} // namespace trunkline
