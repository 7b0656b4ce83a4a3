// One suite for every repository: SQLite, PostgreSQL, and the one in memory that other tests lean
// on.

#include "infra/privacy/master_keys.hpp"
#include "tests/support/memory_repository.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <optional>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

timestamp at(int64_t minutes) {
  return timestamp{std::chrono::minutes{29000000 + minutes}};
}

struct backend {
  std::optional<sql_dialect> dialect; ///< nothing: in memory
  bool encrypted = false;
};

class repository_test : public ::testing::TestWithParam<backend> {
protected:
  void SetUp() override {
    if (!GetParam().dialect) {
      rows = std::make_unique<memory_repository>();
      return;
    }
    database.emplace(*GetParam().dialect);
    if (GetParam().encrypted)
      database->config.data_key = new_master_key("test");
    rows = database->rows();
  }

  call_record call(const std::string& sid, int64_t minute) {
    call_record record;
    record.call_sid = sid;
    record.tenant_id = "t1";
    record.assistant_id = "a1";
    record.caller_number = "+15551230001";
    record.caller_name = "Robert'); DROP TABLE calls;--";
    record.started_at = at(minute);
    return record;
  }
  appointment_record appointment(const std::string& id, int64_t from, int64_t to) {
    appointment_record row;
    row.id = id;
    row.tenant_id = "t1";
    row.service_id = "cleaning";
    row.caller_number = "+15551230001";
    row.starts_at = at(from);
    row.ends_at = at(to);
    return row;
  }

  std::optional<test_database> database;
  std::unique_ptr<repository> rows;
};

TEST_P(repository_test, closes_the_calls_of_engines_whose_lease_is_over) {
  using namespace std::chrono_literals;
  for (const auto* engine : {"alive", "dead", "unknown"}) {
    auto open = call(engine, 0);
    open.engine_id = engine;
    ASSERT_TRUE(rows->put_call(open));
  }
  ASSERT_TRUE(rows->renew_lease("dead", at(0), 60s));
  EXPECT_EQ(*rows->renew_lease("alive", at(0), 5min), 0u);
  EXPECT_EQ(*rows->renew_lease("alive", at(2), 5min), 1u);
  EXPECT_EQ((**rows->find_call("dead")).end_reason, "engine_lost");
  EXPECT_EQ((**rows->find_call("dead")).ended_at, at(2));
  EXPECT_FALSE((**rows->find_call("alive")).ended_at);
  EXPECT_FALSE((**rows->find_call("unknown")).ended_at) << "an engine that never had a lease";
  EXPECT_EQ(*rows->renew_lease("alive", at(3), 5min), 0u) << "twice";
}

TEST_P(repository_test, after_a_time_without_a_database_nobody_is_taken_for_dead) {
  using namespace std::chrono_literals;
  auto open = call("CA1", 0);
  open.engine_id = "other";
  ASSERT_TRUE(rows->put_call(open));
  ASSERT_TRUE(rows->renew_lease("other", at(0), 60s));
  ASSERT_TRUE(rows->renew_lease("first", at(0), 60s));
  EXPECT_EQ(*rows->renew_lease("first", at(10), 60s), 0u); // the other one comes a moment later
  EXPECT_EQ(*rows->renew_lease("other", at(10), 60s), 0u);
  EXPECT_FALSE((**rows->find_call("CA1")).ended_at);
}

TEST_P(repository_test, keeps_a_call_as_it_was_put_last) {
  auto record = call("CA1", 0);
  ASSERT_TRUE(rows->put_call(record));
  record.outcome = "booked";
  record.ended_at = at(5);
  record.next_step = R"({"what":"hang_up"})";
  ASSERT_TRUE(rows->put_call(record));
  auto found = rows->find_call("CA1");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->outcome, "booked");
  EXPECT_EQ((*found)->ended_at, at(5));
  EXPECT_EQ((*found)->caller_name, record.caller_name);
  EXPECT_EQ((*found)->next_step, record.next_step);
  auto missing = rows->find_call("CA2");
  ASSERT_TRUE(missing);
  EXPECT_FALSE(*missing);
}

TEST_P(repository_test, lists_the_newest_calls_first) {
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(rows->put_call(call("CA" + std::to_string(i), i)));
  auto list = rows->list_calls(3);
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[0].call_sid, "CA4");
  EXPECT_EQ((*list)[2].call_sid, "CA2");
}

TEST_P(repository_test, a_late_status_never_reopens_a_finished_call) {
  ASSERT_TRUE(rows->put_call(call("CA1", 0)));
  EXPECT_TRUE(*rows->put_carrier_status("CA1", "in-progress", 1));
  EXPECT_TRUE(*rows->put_carrier_status("CA1", "completed", 3));
  EXPECT_FALSE(*rows->put_carrier_status("CA1", "in-progress", 2));
  EXPECT_FALSE(*rows->put_carrier_status("CA1", "in-progress", 9));
  EXPECT_EQ((*rows->find_call("CA1"))->carrier_status, "completed");
  auto again = call("CA1", 0);
  again.carrier_status = "ringing";
  ASSERT_TRUE(rows->put_call(again));
  EXPECT_EQ((*rows->find_call("CA1"))->carrier_status, "completed");
  auto unknown = rows->put_carrier_status("CA9", "completed", 1);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, failure_kind::not_found);
}

TEST_P(repository_test, keeps_turns_in_order_and_a_repeat_replaces) {
  turn_record turn;
  turn.call_sid = "CA1";
  turn.role = "agent";
  turn.latency = {{"endpointing", "setting", 300}, {"engine", "engine", 2}};
  for (int index : {1, 0, 2}) {
    turn.index = index;
    turn.text = "turn " + std::to_string(index);
    ASSERT_TRUE(rows->put_turn(turn));
  }
  turn.index = 1;
  turn.heard = "turn";
  ASSERT_TRUE(rows->put_turn(turn));
  auto turns = rows->turns_of("CA1");
  ASSERT_TRUE(turns);
  ASSERT_EQ(turns->size(), 3u);
  EXPECT_EQ((*turns)[0].text, "turn 0");
  EXPECT_EQ((*turns)[1].heard, "turn");
  ASSERT_EQ((*turns)[2].latency.size(), 2u);
  EXPECT_EQ((*turns)[2].latency[0].name, "endpointing");
  EXPECT_EQ((*turns)[2].latency[0].ms, 300);
}

TEST_P(repository_test, never_books_one_time_twice) {
  ASSERT_TRUE(rows->book(appointment("a", 0, 30)));
  for (auto [from, to] : {std::pair{0, 30}, {-10, 10}, {20, 40}, {5, 10}, {-10, 60}}) {
    auto second = rows->book(appointment("b", from, to));
    ASSERT_FALSE(second) << from << "-" << to;
    EXPECT_EQ(second.error().kind, failure_kind::conflict);
  }
  EXPECT_TRUE(rows->book(appointment("c", 30, 60))) << "touching is not overlapping";
  auto other = appointment("d", 0, 30);
  other.resource = "second chair";
  EXPECT_TRUE(rows->book(other));
  auto repeated = rows->book(appointment("a", 500, 530));
  ASSERT_TRUE(repeated) << "the same id is the first answer again";
  EXPECT_EQ(repeated->starts_at, at(0));
}

TEST_P(repository_test, moves_and_cancels_appointments_or_changes_nothing) {
  ASSERT_TRUE(rows->book(appointment("a", 0, 30)));
  ASSERT_TRUE(rows->book(appointment("b", 30, 60)));
  auto taken = rows->move_appointment("a", at(40), at(70));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, failure_kind::conflict);
  EXPECT_EQ(rows->appointments_between("t1", "main", at(0), at(30))->size(), 1u);
  EXPECT_TRUE(rows->move_appointment("a", at(10), at(25))) << "over its own old time";
  ASSERT_TRUE(rows->cancel_appointment("b"));
  EXPECT_TRUE(rows->move_appointment("a", at(40), at(70)));
  auto gone = rows->cancel_appointment("nobody");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, failure_kind::not_found);
  EXPECT_EQ(rows->appointments_of("t1", "+15551230001", at(-5))->size(), 1u);
  EXPECT_EQ(rows->appointments_of("t2", "+15551230001", at(-5))->size(), 0u);
}

TEST_P(repository_test, a_message_is_kept_once_and_completed_by_its_status_callback) {
  caller_message_record message;
  message.id = "rec-RE1";
  message.call_sid = "CA1";
  message.created_at = at(0);
  ASSERT_TRUE(rows->put_message(message));
  message.recording_url = "https://example.test/RE1";
  message.recording_seconds = 12;
  ASSERT_TRUE(rows->put_message(message));
  auto all = rows->list_messages(10);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ((*all)[0].recording_seconds, 12);
}

TEST_P(repository_test, keeps_the_recordings_of_a_call_in_order_and_a_repeat_replaces) {
  ASSERT_TRUE(rows->put_call(call("CA1", 0)));
  recording_record second{"r2", "t1", "CA1", "+15551230001", "e1", at(5), 0, 0, "open", "key two"};
  ASSERT_TRUE(rows->put_recording(second));
  ASSERT_TRUE(
      rows->put_recording({"r1", "t1", "CA1", "+15551230001", "e1", at(1), 0, 0, "open", "one"}));
  ASSERT_TRUE(
      rows->put_recording({"r3", "t1", "CA2", "+15551230001", "e1", at(2), 0, 0, "open", "x"}));
  second.ms = 5'000'000'000;
  second.bytes = 16 * second.ms;
  second.state = "whole";
  ASSERT_TRUE(rows->put_recording(second));
  const auto all = rows->recordings_of("CA1");
  ASSERT_TRUE(all) << all.error().context;
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].id + (*all)[0].key + (*all)[0].state, "r1oneopen");
  const auto& kept = (*all)[1];
  EXPECT_EQ(kept.id + kept.tenant_id + kept.call_sid + kept.engine_id, "r2t1CA1e1");
  EXPECT_EQ(kept.caller_number + kept.state + kept.key, "+15551230001wholekey two");
  EXPECT_EQ(kept.started_at, at(5));
  EXPECT_EQ(kept.ms, second.ms);
  EXPECT_EQ(kept.bytes, second.bytes);
  EXPECT_TRUE(*rows->has_recording("r3"));
  EXPECT_FALSE(*rows->has_recording("r4"));
  EXPECT_TRUE(rows->recordings_of("CA9")->empty());
  EXPECT_GE(rows->database_id()->size(), 6u);
  EXPECT_EQ(*rows->database_id(), *rows->database_id());
}

TEST_P(repository_test, keeps_which_services_made_a_call_and_its_turns) {
  auto made = call("CA1", 1);
  made.services_json = R"({"llm":"openai"})";
  ASSERT_TRUE(rows->put_call(made));
  EXPECT_EQ((*rows->find_call("CA1"))->services_json, made.services_json);
  turn_record turn;
  turn.call_sid = "CA1";
  turn.role = "agent";
  turn.services_json = R"({"tts":"polly"})";
  turn.speculated_ms = 220;
  turn.speculations_wasted = 1;
  ASSERT_TRUE(rows->put_turn(turn));
  const auto stored = *rows->turns_of("CA1");
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].services_json, turn.services_json);
  EXPECT_EQ(stored[0].speculated_ms, 220);
  EXPECT_EQ(stored[0].speculations_wasted, 1);
}

TEST_P(repository_test, completes_an_incident_by_its_id) {
  incident_record one{"i1", "llm:openai", at(10), std::nullopt, "timeout: silent"};
  ASSERT_TRUE(rows->put_incident(one));
  ASSERT_TRUE(rows->put_incident({"i2", "tts:polly", at(20), std::nullopt, "by hand"}));
  one.closed_at = at(11);
  ASSERT_TRUE(rows->put_incident(one));
  const auto all = *rows->list_incidents(10);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, "i2") << "newest first";
  EXPECT_FALSE(all[0].closed_at);
  EXPECT_EQ(all[1].closed_at, at(11));
  EXPECT_EQ(all[1].reason, "timeout: silent");
  EXPECT_EQ(rows->list_incidents(1)->size(), 1u);
}

TEST_P(repository_test, keeps_every_column) {
  auto made = call("CA1", 7);
  made.assistant_version = "v1";
  made.channel = "relay";
  made.direction = "outbound";
  made.called_number = "+15550100200";
  made.end_reason = "agent_ended";
  made.resumes = 2;
  made.ai_response_count = 3;
  made.user_input_count = 4;
  made.knowledge_queries = 5;
  made.error_count = 6;
  ASSERT_TRUE(rows->put_call(made));
  const auto kept = *rows->find_call("CA1");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->assistant_version + kept->channel + kept->direction, "v1relayoutbound");
  EXPECT_EQ(kept->called_number + kept->end_reason, "+15550100200agent_ended");
  EXPECT_EQ(kept->started_at, at(7));
  EXPECT_FALSE(kept->ended_at);
  EXPECT_EQ(kept->resumes * 10000 + kept->ai_response_count * 1000 + kept->user_input_count * 100 +
                kept->knowledge_queries * 10 + kept->error_count,
            23456);
  turn_record turn;
  turn.call_sid = "CA1";
  turn.index = 3;
  turn.role = "agent";
  turn.started_at = at(8);
  turn.response_time_ms = 900;
  turn.audio_duration_ms = 1200;
  turn.action = "schedule";
  turn.rung = "L1";
  turn.rung_reason = "timeout";
  turn.knowledge_used = true;
  turn.tools_json = R"([{"id":"t1"}])";
  ASSERT_TRUE(rows->put_turn(turn));
  const auto turns = *rows->turns_of("CA1");
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(turns[0].index, 3);
  EXPECT_EQ(turns[0].started_at, at(8));
  EXPECT_EQ(turns[0].response_time_ms + turns[0].audio_duration_ms, 2100);
  EXPECT_EQ(turns[0].action + turns[0].rung + turns[0].rung_reason, "scheduleL1timeout");
  EXPECT_TRUE(turns[0].knowledge_used);
  EXPECT_EQ(turns[0].tools_json, turn.tools_json);
}

TEST_P(repository_test, takes_any_text_a_caller_may_have_said) {
  turn_record turn;
  turn.call_sid = "CA1";
  const std::string words[] = {"\xe2\x82\xac 5 \xf0\x9f\x98\x80", "'; DROP TABLE turns; --",
                               "$1 %s \\", "broken \xff\xc3", std::string{"a\0b", 3}};
  for (const auto& text : words) {
    turn.text = text;
    ASSERT_TRUE(rows->put_turn(turn)) << turn.index;
    ++turn.index;
  }
  const auto kept = *rows->turns_of("CA1");
  ASSERT_EQ(kept.size(), std::size(words));
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(kept[i].text, words[i]);
}

TEST_P(repository_test, together_is_all_or_nothing) {
  auto failed = rows->together([&]() -> result<void> {
    EXPECT_TRUE(rows->put_call(call("CA1", 0)));
    EXPECT_TRUE(rows->together([&] { return rows->put_call(call("CA2", 0)); }));
    return failure{failure_kind::internal, "on purpose", false};
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().context, "on purpose");
  EXPECT_FALSE(*rows->find_call("CA1"));
  EXPECT_FALSE(*rows->find_call("CA2"));
  ASSERT_TRUE(rows->together([&] { return rows->put_call(call("CA1", 0)); }));
  EXPECT_TRUE(*rows->find_call("CA1"));
}

TEST_P(repository_test, an_assistant_and_its_numbers_are_kept_again_and_again) {
  assistant who;
  who.id = "a1";
  who.tenant_id = "t1";
  who.version = "v1";
  who.numbers = {"+15550100200", "+15550100201"};
  EXPECT_TRUE(rows->put_assistant(who, "{}"));
  EXPECT_TRUE(rows->put_assistant(who, R"({"again":true})"));
  who.version = "v2";
  EXPECT_TRUE(rows->put_assistant(who, "{}"));
}

INSTANTIATE_TEST_SUITE_P(backends, repository_test,
                         ::testing::Values(backend{sql_dialect::sqlite},
                                           backend{sql_dialect::postgres},
                                           backend{sql_dialect::sqlite, true},
                                           backend{sql_dialect::postgres, true}, backend{}),
                         [](const auto& info) {
                           const auto& kind = info.param;
                           return (kind.dialect ? name_of(*kind.dialect) : std::string{"memory"}) +
                                  (kind.encrypted ? "_encrypted" : "");
                         });

} // namespace
