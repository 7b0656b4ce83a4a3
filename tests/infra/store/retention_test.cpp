// What is old is deleted, per tenant and kind, and nothing else.

#include "infra/privacy/master_keys.hpp"
#include "infra/store/retention.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace trunkline;
using namespace trunkline::testing;
using namespace std::chrono_literals;

namespace {

const timestamp now = timestamp{std::chrono::hours{24 * 20000}};

timestamp days_ago(int days) {
  return now - std::chrono::hours{24} * days;
}

assistant with(const std::string& tenant, retention_settings keep) {
  assistant who;
  who.tenant_id = tenant;
  who.keep = keep;
  return who;
}

TEST(retention, nothing_is_due_when_all_is_kept_for_ever) {
  EXPECT_TRUE(due_purges({with("t1", {})}, 0, now).empty());
}

TEST(retention, the_strictest_assistant_of_a_tenant_counts) {
  const auto due = due_purges({with("t1", {.transcripts_days = 30}),
                               with("t1", {.transcripts_days = 7, .messages_days = 90}),
                               with("t1", {}), with("t2", {.transcripts_days = 365})},
                              0, now);
  ASSERT_EQ(due.size(), 5u);
  EXPECT_EQ(due[0].tenant_id, "t1");
  EXPECT_EQ(due[0].what, kept_kind::transcripts);
  EXPECT_EQ(due[0].before, days_ago(7));
  EXPECT_EQ(due[1].what, kept_kind::recordings);
  EXPECT_EQ(due[1].before, days_ago(7)) << "words are words";
  EXPECT_EQ(due[2].what, kept_kind::messages);
  EXPECT_EQ(due[2].before, days_ago(90));
  EXPECT_EQ(due[3].tenant_id, "t2");
  EXPECT_EQ(due[3].before, days_ago(365));
}

TEST(retention, recordings_may_go_before_the_words) {
  const auto due =
      due_purges({with("t1", {.transcripts_days = 300, .recordings_days = 14})}, 0, now);
  ASSERT_EQ(due.size(), 2u);
  EXPECT_EQ(due[1].what, kept_kind::recordings);
  EXPECT_EQ(due[1].before, days_ago(14));
}

TEST(retention, words_go_with_their_call_at_the_latest_and_before_it) {
  const auto due = due_purges({with("t1", {.transcripts_days = 300, .calls_days = 100})}, 0, now);
  ASSERT_EQ(due.size(), 4u);
  EXPECT_EQ(due[0].what, kept_kind::transcripts);
  EXPECT_EQ(due[0].before, days_ago(100));
  EXPECT_EQ(due[1].what, kept_kind::recordings);
  EXPECT_EQ(due[1].before, days_ago(100));
  EXPECT_EQ(due[2].what, kept_kind::calls);
  EXPECT_EQ(due[3].what, kept_kind::persons);
}

class purge_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  purge_test() {
    database.config.data_key = new_master_key("a");
    rows = database.rows();
  }
  void put(const std::string& sid, const std::string& tenant, int days, bool live = false) {
    call_record call;
    call.call_sid = sid;
    call.tenant_id = tenant;
    call.caller_number = "+1555123" + std::to_string(1000 + days);
    call.started_at = days_ago(days);
    if (!live)
      call.ended_at = call.started_at + 3min;
    ASSERT_TRUE(rows->put_call(call));
    for (int i = 0; i < 3; ++i) {
      turn_record turn;
      turn.call_sid = sid;
      turn.index = i;
      turn.text = "words";
      ASSERT_TRUE(rows->put_turn(turn));
    }
    ASSERT_TRUE(rows->put_tool_run({sid, "tc1", "x", "{}", "{}", call.started_at}));
    ASSERT_TRUE(rows->put_recording({"r" + sid, tenant, sid, call.caller_number, "e1",
                                     call.started_at, 9, 144, "whole", "key"}));
    caller_message_record message;
    message.id = "m" + sid;
    message.tenant_id = tenant;
    message.call_sid = sid;
    message.caller_number = call.caller_number;
    message.created_at = call.started_at;
    ASSERT_TRUE(rows->put_message(message));
    appointment_record booked;
    booked.id = "a" + sid;
    booked.tenant_id = tenant;
    booked.caller_number = call.caller_number;
    booked.starts_at = call.started_at;
    booked.ends_at = call.started_at + 1h;
    booked.resource = sid;
    ASSERT_TRUE(rows->book(booked));
    ASSERT_TRUE(rows->put_system_metrics({{"calls", 1, sid, "{}", call.started_at}}));
  }
  size_t purge(const std::string& tenant, kept_kind what, int days) {
    size_t all = 0;
    for (;;) { // as little at a time as can be
      const auto gone = rows->purge({tenant, what, days_ago(days)}, 1);
      EXPECT_TRUE(gone) << gone.error().context;
      if (!gone || *gone == 0)
        return all;
      all += *gone;
    }
  }
  int64_t count(const std::string& table) const {
    int64_t found = -1;
    EXPECT_TRUE(database.session()->run("SELECT COUNT(*) FROM " + table, {},
                                        [&](const sql_row& row) { found = row.number(0); }));
    return found;
  }

  test_database database{GetParam()};
  std::unique_ptr<repository> rows;
};

TEST_P(purge_test, each_kind_goes_by_itself) {
  put("CA1", "t1", 40);
  put("CA2", "t1", 10);
  put("CA3", "t2", 40);
  EXPECT_EQ(purge("t1", kept_kind::transcripts, 30), 4u);
  EXPECT_EQ(rows->turns_of("CA1")->size(), 0u);
  EXPECT_EQ(rows->turns_of("CA2")->size(), 3u);
  EXPECT_EQ(rows->turns_of("CA3")->size(), 3u);
  EXPECT_TRUE(*rows->find_call("CA1")) << "the call stays";
  EXPECT_EQ(purge("t1", kept_kind::messages, 30), 1u);
  EXPECT_EQ(purge("t1", kept_kind::appointments, 30), 1u);
  EXPECT_EQ(purge("t1", kept_kind::calls, 30), 0u) << "it has a recording";
  EXPECT_EQ(purge("t1", kept_kind::recordings, 30), 1u);
  EXPECT_FALSE(*rows->has_recording("rCA1"));
  EXPECT_TRUE(*rows->has_recording("rCA2"));
  EXPECT_EQ(purge("t1", kept_kind::calls, 30), 1u);
  EXPECT_EQ(count("calls"), 2);
  EXPECT_EQ(count("caller_messages"), 2);
  EXPECT_EQ(count("appointments"), 2);
  EXPECT_EQ(purge({}, kept_kind::metrics, 30), 2u);
  EXPECT_EQ(count("system_metrics"), 1);
}

TEST_P(purge_test, a_live_call_and_one_whose_words_are_still_there_are_left_alone) {
  put("CA1", "t1", 40, true);
  put("CA2", "t1", 41);
  EXPECT_EQ(purge("t1", kept_kind::calls, 30), 0u);
  EXPECT_EQ(purge("t1", kept_kind::transcripts, 30), 4u);
  EXPECT_EQ(purge("t1", kept_kind::recordings, 30), 1u);
  EXPECT_EQ(rows->turns_of("CA1")->size(), 3u);
  EXPECT_EQ(purge("t1", kept_kind::calls, 30), 1u);
}

TEST_P(purge_test, a_caller_of_whom_nothing_is_left_is_forgotten_in_two_steps) {
  put("CA1", "t1", 40);
  put("CA2", "t1", 41);
  ASSERT_TRUE(database.session()->run("UPDATE persons SET created_at = $1",
                                      {(now - 40 * 24h).time_since_epoch().count()}));
  EXPECT_EQ(purge("t1", kept_kind::persons, 30), 0u) << "they are still somebody's";
  for (const auto what : {kept_kind::transcripts, kept_kind::recordings, kept_kind::messages,
                          kept_kind::appointments, kept_kind::calls})
    purge("t1", what, 40);
  EXPECT_EQ(count("calls"), 1);
  EXPECT_EQ(purge("t1", kept_kind::persons, 30), 1u) << "cut off from the number";
  EXPECT_EQ(count("persons"), 2);
  ASSERT_TRUE(database.session()->script("UPDATE persons SET erased_at = 1 WHERE lookup IS NULL"));
  EXPECT_EQ(purge("t1", kept_kind::persons, 30), 1u) << "and deleted";
  EXPECT_EQ(count("persons"), 1);
  EXPECT_NE((**rows->find_call("CA1")).caller_number, "unknown");
}

INSTANTIATE_TEST_SUITE_P(databases, purge_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
