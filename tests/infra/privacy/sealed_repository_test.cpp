// What a database with a data key holds, and what is left when a key is gone. That it works as any
// other repository is shown in tests/infra/store/repository_test.cpp.

#include "infra/privacy/master_keys.hpp"
#include "infra/privacy/person_keys.hpp"
#include "infra/privacy/sealed_repository.hpp"
#include "infra/privacy/sealed_text.hpp"
#include "infra/store/sql_rows.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

constexpr auto number = "+15551230001";
constexpr auto caller_name = "Emily Clark";
constexpr auto words = "my tooth hurts since Monday";

timestamp at(int64_t minutes) {
  return timestamp{std::chrono::minutes{29000000 + minutes}};
}

class sealed_repository_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  void SetUp() override {
    database.config.data_key = key;
    rows = database.rows();
  }

  call_record call(const std::string& sid, const std::string& from = number) const {
    call_record row;
    row.call_sid = sid;
    row.tenant_id = "t1";
    row.caller_number = from;
    row.caller_name = caller_name;
    row.started_at = at(0);
    row.next_step = R"({"say":"my tooth hurts since Monday"})";
    return row;
  }
  turn_record turn(const std::string& sid, int index = 0) const {
    turn_record row;
    row.call_sid = sid;
    row.index = index;
    row.role = "caller";
    row.text = row.heard = row.tools_json = words;
    return row;
  }
  appointment_record appointment(const std::string& id, const std::string& sid) const {
    appointment_record row;
    row.id = id;
    row.tenant_id = "t1";
    row.call_sid = sid;
    row.caller_number = number;
    row.caller_name = caller_name;
    row.starts_at = at(60);
    row.ends_at = at(90);
    return row;
  }
  /// One row of each kind that holds something personal.
  void put_everything(const std::string& sid) {
    ASSERT_TRUE(rows->put_call(call(sid)));
    ASSERT_TRUE(rows->put_turn(turn(sid)));
    ASSERT_TRUE(rows->book(appointment("ap-" + sid, sid)));
    caller_message_record message;
    message.id = "m-" + sid;
    message.tenant_id = "t1";
    message.call_sid = sid;
    message.caller_number = number;
    message.caller_name = caller_name;
    message.text = words;
    message.recording_url = "https://x.test/Emily Clark.wav";
    ASSERT_TRUE(rows->put_message(message));
    ASSERT_TRUE(rows->put_tool_run({sid, "tc1", "take_message", words, caller_name, at(1)}));
    ASSERT_TRUE(rows->put_dead_letter({"e:" + sid, "turn", words, "no", at(1)}));
    ASSERT_TRUE(
        rows->put_recording({"r" + sid, "t1", sid, number, "e1", at(1), 9, 144, "whole", words}));
    ASSERT_TRUE(rows->knowledge().put_unanswered({"t1", sid, words, at(1), {}}));
  }
  /// Every text of every table, as somebody with a copy of the database sees it.
  std::string all_of_the_database() const {
    const auto db = database.session();
    std::string all;
    for (const auto& [table, columns] :
         std::vector<std::pair<std::string, std::vector<std::string>>>{
             {"calls", {"caller_number", "caller_name", "next_step"}},
             {"turns", {"text", "heard", "tools"}},
             {"appointments", {"caller_number", "caller_name"}},
             {"caller_messages", {"caller_number", "caller_name", "text", "recording_url"}},
             {"recordings", {"caller_number", "sealed_key"}},
             {"tool_runs", {"arguments", "result"}},
             {"outbox_dead", {"payload"}},
             {"unanswered_questions", {"question_key", "question"}},
             {"persons", {"id", "lookup", "sealed_key", "sealed_number"}}})
      for (const auto& column : columns)
        EXPECT_TRUE(db->run("SELECT " + column + " FROM " + table, {},
                            [&](const sql_row& row) { all += row.text(0) + "\n"; }))
            << table << "." << column;
    return all;
  }

  const std::string key = new_master_key("a");
  test_database database{GetParam()};
  std::unique_ptr<repository> rows;
};

TEST_P(sealed_repository_test, nothing_personal_can_be_read_in_the_database) {
  put_everything("CA1");
  const auto all = all_of_the_database();
  EXPECT_GT(all.size(), 1000u);
  for (const auto* secret : {number, caller_name, words, "Emily", "5551230001", "tooth", "hurt"})
    EXPECT_EQ(all.find(secret), all.npos) << secret << "\n" << all;
}

TEST_P(sealed_repository_test, one_with_the_key_reads_all_of_it) {
  put_everything("CA1");
  const auto other = database.rows();
  const auto found = **other->find_call("CA1");
  EXPECT_EQ(found.caller_number, number);
  EXPECT_EQ(found.caller_name, caller_name);
  EXPECT_EQ(found.next_step, call("CA1").next_step);
  const auto turns = *other->turns_of("CA1");
  EXPECT_EQ(turns.at(0).text + turns.at(0).heard + turns.at(0).tools_json,
            std::string{words} + words + words);
  EXPECT_EQ(other->list_messages(9)->at(0).text, words);
  EXPECT_EQ(other->list_messages(9)->at(0).caller_number, number);
  EXPECT_EQ(other->appointments_of("t1", number, at(0))->at(0).caller_name, caller_name);
  EXPECT_EQ(other->tool_runs_of("CA1")->at(0).arguments, words);
  EXPECT_EQ(other->list_dead_letters(9)->at(0).payload, words);
  EXPECT_EQ(other->knowledge().unanswered("t1", 9)->at(0).question, words);
}

TEST_P(sealed_repository_test, one_number_is_one_person_of_its_tenant) {
  for (const auto* sid : {"CA1", "CA2", "CA3", "CA4"})
    ASSERT_TRUE(rows->put_call(call(sid, sid == std::string{"CA4"} ? "anonymous" : number)));
  auto elsewhere = call("CA5");
  elsewhere.tenant_id = "t2";
  ASSERT_TRUE(rows->put_call(elsewhere));
  ASSERT_TRUE(rows->put_call(call("CA6", "anonymous")));
  ASSERT_TRUE(rows->put_call(call("CA6", "anonymous"))) << "again";
  std::set<std::string> persons;
  ASSERT_TRUE(database.session()->run("SELECT caller_number FROM calls", {},
                                      [&](const sql_row& row) { persons.insert(row.text(0)); }));
  EXPECT_EQ(persons.size(), 4u) << "two tenants, and two callers who did not say who they are";
  EXPECT_EQ((**database.rows()->find_call("CA6")).caller_number, "anonymous");
}

TEST_P(sealed_repository_test, a_destroyed_key_takes_all_of_one_person_and_nothing_of_others) {
  put_everything("CA1");
  ASSERT_TRUE(rows->put_call(call("CA2", "+15551239999")));
  ASSERT_TRUE(rows->put_turn(turn("CA2")));
  const auto db = database.session();
  person_keys keys{*db, *load_master_keys(key, "")};
  const auto who = **keys.of_caller("t1", number, {}, false);
  ASSERT_TRUE(keys.destroy(who.id, 1));
  const auto other = database.rows();
  EXPECT_EQ((**other->find_call("CA1")).caller_number, "erased");
  EXPECT_EQ((**other->find_call("CA1")).caller_name, "");
  EXPECT_EQ(other->turns_of("CA1")->at(0).text, "");
  EXPECT_EQ(other->turns_of("CA2")->at(0).text, words);
  EXPECT_TRUE(other->appointments_of("t1", number, at(0))->empty());
  ASSERT_TRUE(other->put_turn(turn("CA1", 1))) << "a late row";
  EXPECT_EQ(other->turns_of("CA1")->at(1).text, "");
  ASSERT_TRUE(other->put_call(call("CA3")));
  EXPECT_EQ((**other->find_call("CA3")).caller_number, number) << "somebody new";
}

TEST_P(sealed_repository_test, one_erased_by_another_process_who_calls_again_at_once_is_kept) {
  put_everything("CA1"); // by an engine, which remembers the person
  ASSERT_TRUE(database.rows()->erase("t1", number, at(9)));
  ASSERT_TRUE(rows->put_call(call("CA2")));
  ASSERT_TRUE(rows->put_turn(turn("CA2")));
  const auto other = database.rows();
  EXPECT_EQ((**other->find_call("CA2")).caller_number, number);
  EXPECT_EQ(other->turns_of("CA2")->at(0).text, words);
}

TEST_P(sealed_repository_test, what_was_changed_or_moved_in_the_database_is_not_read) {
  ASSERT_TRUE(rows->put_call(call("CA1")));
  ASSERT_TRUE(rows->put_turn(turn("CA1", 0)));
  ASSERT_TRUE(rows->put_turn(turn("CA1", 1)));
  ASSERT_TRUE(database.session()->script(
      "UPDATE turns SET text = (SELECT t.text FROM turns t WHERE t.turn_index = 1)"
      " WHERE turn_index = 0"));
  EXPECT_EQ(rows->turns_of("CA1")->at(0).text, sealed_text::unreadable);
  EXPECT_EQ(rows->turns_of("CA1")->at(0).heard, words);
}

TEST_P(sealed_repository_test, rows_from_before_the_key_are_read_as_they_are) {
  test_database mixed{GetParam()};
  ASSERT_TRUE(mixed.rows()->put_call(call("CA1")));
  ASSERT_TRUE(mixed.rows()->put_turn(turn("CA1")));
  ASSERT_TRUE(mixed.rows()->book(appointment("ap1", "CA1")));
  mixed.config.data_key = key;
  const auto later = mixed.rows();
  EXPECT_EQ((**later->find_call("CA1")).caller_number, number);
  EXPECT_EQ(later->turns_of("CA1")->at(0).text, words);
  EXPECT_EQ(later->appointments_of("t1", number, at(0))->size(), 1u);
}

TEST_P(sealed_repository_test, a_new_master_key_takes_over_and_the_old_one_is_not_needed_any_more) {
  put_everything("CA1");
  const auto newer = new_master_key("b");
  database.config.data_key = newer + "," + key;
  const auto session = database.session();
  EXPECT_TRUE(check_data_keys(*session, *load_master_keys(key, "")));
  const auto too_early = check_data_keys(*session, *load_master_keys(newer, ""));
  ASSERT_FALSE(too_early);
  EXPECT_NE(too_early.error().context.find("is needed to read"), std::string::npos);
  person_keys keys{*session, *load_master_keys(database.config.data_key, "")};
  EXPECT_EQ(*keys.reseal(), 3u) << "lookup, rows and one person";
  EXPECT_EQ(*keys.reseal(), 0u);
  database.config.data_key = newer;
  EXPECT_TRUE(check_data_keys(*session, *load_master_keys(newer, "")));
  EXPECT_EQ(database.rows()->turns_of("CA1")->at(0).text, words);
}

TEST_P(sealed_repository_test, an_engine_without_the_key_does_not_start_on_such_a_database) {
  ASSERT_TRUE(rows->put_call(call("CA1")));
  const auto open = [&](const std::string& keys) {
    database.config.data_key = keys;
    return open_store(database.url(), database.config);
  };
  const auto bare = open({}), wrong = open(new_master_key("c"));
  ASSERT_FALSE(bare);
  EXPECT_NE(bare.error().context.find("set TRUNKLINE_STORE_DATA_KEY"), std::string::npos);
  ASSERT_FALSE(wrong);
  EXPECT_FALSE(wrong.error().retryable);
  EXPECT_TRUE(open(key));
}

TEST_P(sealed_repository_test, a_person_made_in_a_transaction_that_fails_is_not_remembered) {
  const auto failed = rows->together([&]() -> result<void> {
    if (auto put = rows->put_call(call("CA1")); !put)
      return put;
    return failure{failure_kind::internal, "on purpose", false};
  });
  ASSERT_FALSE(failed);
  ASSERT_TRUE(rows->put_call(call("CA1")));
  EXPECT_EQ((**database.rows()->find_call("CA1")).caller_number, number);
}

INSTANTIATE_TEST_SUITE_P(databases, sealed_repository_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
