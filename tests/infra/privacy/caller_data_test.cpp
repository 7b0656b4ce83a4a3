// Export and erasure of one caller, with and without encryption.

#include "infra/privacy/audit_chain.hpp"
#include "infra/privacy/caller_data.hpp"
#include "infra/privacy/master_keys.hpp"
#include "infra/privacy/person_keys.hpp"
#include "tests/support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace trunkline;
using namespace trunkline::testing;
using nlohmann::json;
using ::testing::HasSubstr;

namespace {

constexpr auto number = "+15551230001";
const std::vector<std::string> traces{number, "5551230001", "Emily", "Clark", "tooth"};

timestamp at(int64_t minutes) {
  return timestamp{std::chrono::minutes{29000000 + minutes}};
}

struct backend {
  sql_dialect dialect;
  bool encrypted;
};

class caller_data_test : public ::testing::TestWithParam<backend> {
protected:
  caller_data_test() {
    if (GetParam().encrypted)
      database.config.data_key = key;
    rows = database.rows();
  }

  void put_caller(const std::string& sid, const std::string& from, const std::string& name,
                  const std::string& words, int64_t minute = 0) {
    call_record call;
    call.call_sid = sid;
    call.tenant_id = "t1";
    call.caller_number = from;
    call.caller_name = name;
    call.started_at = at(minute);
    call.ended_at = at(minute + 3);
    call.outcome = "booked";
    call.next_step = json{{"say", words}}.dump();
    ASSERT_TRUE(rows->put_call(call));
    turn_record turn;
    turn.call_sid = sid;
    turn.role = "caller";
    turn.text = turn.heard = words;
    turn.tools_json = json::array({{{"id", "tc1"}, {"arguments", name}}}).dump();
    ASSERT_TRUE(rows->put_turn(turn));
    appointment_record booked;
    booked.id = sid + ":tc1";
    booked.tenant_id = "t1";
    booked.call_sid = sid;
    booked.caller_number = from;
    booked.caller_name = name;
    booked.starts_at = at(minute + 1000);
    booked.ends_at = at(minute + 1030);
    ASSERT_TRUE(rows->book(booked));
    caller_message_record message;
    message.id = "m" + sid;
    message.tenant_id = "t1";
    message.call_sid = sid;
    message.caller_number = from;
    message.caller_name = name;
    message.text = words;
    ASSERT_TRUE(rows->put_message(message));
    ASSERT_TRUE(rows->put_recording(
        {"r" + sid, "t1", sid, from, "e1", at(minute), 5000, 80000, "whole", "key " + words}));
    ASSERT_TRUE(rows->put_tool_run({sid, "tc1", "schedule_appointment", name, words, at(minute)}));
    ASSERT_TRUE(rows->knowledge().put_unanswered({"t1", sid, words, at(minute), {}}));
    ASSERT_TRUE(rows->put_dead_letter(
        {"e:" + sid, "turn", json{{"call_sid", sid}, {"text", words}}.dump(), "no", at(minute)}));
    ASSERT_TRUE(rows->put_audit({"t1", sid, "engine", "call.ended", "{}", at(minute + 3)}));
    ASSERT_TRUE(rows->users().put_note({sid, "t1", from, "left a message: " + words, at(minute + 3),
                                        true, name, json{{"staff", name}}.dump()}));
  }
  void put_emily(int64_t minute = 0) {
    put_caller("CA" + std::to_string(minute), number, "Emily Clark", "my tooth hurts", minute);
  }
  data_request request(int64_t minute) const {
    return {"t1", number, "operator:test", "asked by letter", at(minute)};
  }

  /// All that can be read with every key that lives: what the repository tells, and every column of
  /// every table.
  std::string everything_readable() const {
    std::string all;
    const auto other = database.rows();
    for (const auto& call : *other->list_calls(1000)) {
      all += call.caller_number + call.caller_name + call.next_step + "\n";
      for (const auto& turn : *other->turns_of(call.call_sid))
        all += turn.text + turn.heard + turn.tools_json + "\n";
      for (const auto& one : *other->recordings_of(call.call_sid))
        all += one.caller_number + one.key + "\n";
      for (const auto& run : *other->tool_runs_of(call.call_sid))
        all += run.arguments + run.result + "\n";
    }
    for (const auto& one : *other->list_messages(1000))
      all += one.caller_number + one.caller_name + one.text + "\n";
    for (const auto& one : *other->list_appointments(1000))
      all += one.caller_number + one.caller_name + "\n";
    for (const auto& one : *other->list_dead_letters(1000))
      all += one.payload + "\n";
    for (const auto& one : *other->knowledge().unanswered("t1", 1000))
      all += one.question + "\n";
    for (const auto* one : {number, "+15559990000"})
      if (const auto known = *other->users().find_user("t1", one)) {
        all += known->user.caller_name + known->user.preferences + "\n";
        for (const auto& note : known->notes)
          all += note.summary + "\n";
      }
    const auto db = database.session();
    for (const auto* table :
         {"users", "call_notes", "calls", "turns", "appointments", "caller_messages", "tool_runs",
          "outbox_dead", "unanswered_questions", "persons", "audit_logs", "recordings"})
      all += text_of_table(*db, table);
    return all;
  }
  /// Every column of it, whatever they are.
  static std::string text_of_table(sql_session& db, const std::string& table) {
    const auto* how = GetParam().dialect == sql_dialect::sqlite
                          ? "SELECT name FROM pragma_table_info($1)"
                          : "SELECT column_name FROM information_schema.columns WHERE table_name ="
                            " $1 AND table_schema = current_schema()";
    std::vector<std::string> columns;
    EXPECT_TRUE(db.run(how, {std::string_view{table}},
                       [&](const sql_row& row) { columns.push_back(row.text(0)); }));
    EXPECT_GT(columns.size(), 3u) << table;
    std::string all;
    for (const auto& column : columns)
      EXPECT_TRUE(db.run("SELECT CAST(" + column + " AS TEXT) FROM " + table, {},
                         [&](const sql_row& row) { all += row.text(0) + "\n"; }))
          << table << "." << column;
    return all;
  }
  static std::vector<std::string> found_in(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& one : traces)
      if (text.find(one) != text.npos)
        found.push_back(one);
    return found;
  }
  std::string chain_fault() const {
    const auto db = database.session();
    std::optional<secret_key> audit_key;
    if (GetParam().encrypted)
      audit_key = *person_keys{*db, *load_master_keys(key, "")}.key_for("audit");
    return verify_audit(*db, audit_key ? &*audit_key : nullptr)->fault;
  }

  const std::string key = new_master_key("a");
  test_database database{GetParam().dialect};
  std::unique_ptr<repository> rows;
};

TEST_P(caller_data_test, the_search_of_these_tests_finds_what_is_not_erased) {
  put_emily();
  EXPECT_EQ(found_in(everything_readable()), traces);
}

TEST_P(caller_data_test, an_export_has_all_of_one_caller_and_nothing_of_others) {
  put_emily(0);
  put_emily(100);
  put_caller("CA77", "+15559990000", "Robert Miller", "do you take my insurance", 300);
  const auto text = export_caller(*rows, request(200));
  ASSERT_TRUE(text) << text.error().context;
  const auto whole = json::parse(*text);
  EXPECT_EQ(whole["number"], number);
  ASSERT_EQ(whole["calls"].size(), 2u);
  EXPECT_EQ(whole["calls"][0]["caller_name"], "Emily Clark");
  EXPECT_EQ(whole["calls"][0]["turns"][0]["text"], "my tooth hurts");
  EXPECT_EQ(whole["messages"].size(), 2u);
  EXPECT_EQ(whole["appointments"].size(), 2u);
  EXPECT_EQ(whole["tool_runs"].size(), 2u);
  ASSERT_EQ(whole["recordings"].size(), 2u);
  EXPECT_EQ(whole["recordings"][1]["sound"], "/api/v1/calls/CA100/recording?part=1");
  EXPECT_EQ(whole["recordings"][1]["milliseconds"], 5000);
  EXPECT_EQ(text->find("key my"), std::string::npos) << "keys are not given out";
  EXPECT_EQ(whole["unanswered_questions"].size(), 2u);
  EXPECT_EQ(whole["unanswered_questions"][0]["question"], "my tooth hurts");
  EXPECT_EQ(whole["audit"].size(), 2u);
  ASSERT_EQ(whole["remembered"].size(), 1u);
  EXPECT_EQ(whole["remembered"][0]["caller_name"], "Emily Clark");
  EXPECT_EQ(whole["remembered"][0]["calls"], 2);
  ASSERT_EQ(whole["call_notes"].size(), 2u);
  EXPECT_EQ(whole["call_notes"][0]["summary"], "left a message: my tooth hurts");
  EXPECT_EQ(text->find("Miller"), std::string::npos);
  EXPECT_EQ(text->find("insurance"), std::string::npos);
}

TEST_P(caller_data_test, nothing_of_an_erased_caller_can_be_read_and_others_are_whole) {
  put_emily(0);
  put_emily(100);
  put_caller("CA77", "+15559990000", "Robert Miller", "do you take my insurance", 300);
  const auto done = erase_caller(*rows, request(5000), false);
  ASSERT_TRUE(done) << done.error().context;
  EXPECT_EQ(done->rows.calls, 2u);
  EXPECT_EQ(done->rows.turns, 2u);
  EXPECT_EQ(done->rows.messages, 2u);
  EXPECT_EQ(done->rows.appointments, 2u);
  EXPECT_EQ(done->rows.tool_runs, 2u);
  EXPECT_EQ(done->rows.questions, 2u);
  EXPECT_EQ(done->rows.users, 1u);
  EXPECT_EQ(done->rows.notes, 2u);
  EXPECT_EQ(done->dead_letters, 2u);
  EXPECT_EQ(done->rows.recordings, 2u);
  EXPECT_EQ(done->recordings, (std::vector<std::string>{"rCA0", "rCA100"}));
  EXPECT_EQ(rows->recordings_of("CA77")->size(), 1u);
  const auto left = everything_readable();
  EXPECT_EQ(found_in(left), std::vector<std::string>{});
  EXPECT_THAT(left, HasSubstr("Robert Miller"));
  EXPECT_THAT(left, HasSubstr("do you take my insurance"));
  EXPECT_EQ((**rows->find_call("CA0")).outcome, "booked") << "statistics stay";
  EXPECT_EQ(chain_fault(), "");
  const auto again = erase_caller(*rows, request(5000), false);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, failure_kind::not_found);
}

TEST_P(caller_data_test, somebody_erased_who_calls_again_is_somebody_new) {
  put_emily(0);
  ASSERT_TRUE(erase_caller(*rows, request(5000), false));
  put_emily(6000);
  const auto whole = json::parse(*export_caller(*rows, request(7000)));
  EXPECT_EQ(whole["calls"].size(), 1u);
  EXPECT_EQ(whole["calls"][0]["call_sid"], "CA6000");
  EXPECT_EQ(whole["calls"][0]["caller_name"], "Emily Clark");
}

TEST_P(caller_data_test, a_call_that_is_not_over_or_has_just_ended_stands_in_the_way) {
  put_emily(0);
  auto call = **rows->find_call("CA0");
  call.ended_at.reset();
  ASSERT_TRUE(rows->put_call(call));
  const auto live = erase_caller(*rows, request(5000), true);
  ASSERT_FALSE(live);
  EXPECT_THAT(live.error().context, HasSubstr("call CA0 is not over"));
  call.ended_at = at(4999);
  ASSERT_TRUE(rows->put_call(call));
  const auto recent = erase_caller(*rows, request(5000), true);
  ASSERT_FALSE(recent);
  EXPECT_THAT(recent.error().context, HasSubstr("has just ended"));
  EXPECT_EQ(found_in(everything_readable()), traces) << "nothing was changed";
  EXPECT_TRUE(erase_caller(*rows, request(5001), true));
}

TEST_P(caller_data_test, upcoming_appointments_are_cancelled_only_when_that_is_wanted) {
  put_emily(0);
  const auto refused = erase_caller(*rows, request(500), false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().context, "there are 1 upcoming appointment(s); tell the staff, then "
                                     "add --cancel-upcoming");
  const auto done = erase_caller(*rows, request(500), true);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->cancelled, 1u);
  EXPECT_EQ((**rows->find_appointment("CA0:tc1")).status, "cancelled");
}

TEST_P(caller_data_test, another_tenants_caller_of_the_same_number_stays) {
  put_emily(0);
  auto request_of_other = request(5000);
  request_of_other.tenant_id = "t2";
  EXPECT_FALSE(erase_caller(*rows, request_of_other, true));
  EXPECT_EQ(json::parse(*export_caller(*rows, request_of_other))["calls"].size(), 0u);
  EXPECT_EQ(found_in(everything_readable()), traces);
}

INSTANTIATE_TEST_SUITE_P(
    databases, caller_data_test,
    ::testing::Values(backend{sql_dialect::sqlite, false}, backend{sql_dialect::sqlite, true},
                      backend{sql_dialect::postgres, false}, backend{sql_dialect::postgres, true}),
    [](const auto& info) {
      return name_of(info.param.dialect) + (info.param.encrypted ? "_encrypted" : "_plain");
    });

} // namespace
