// What is remembered of callers: counted once, bound to a tenant, forgotten for good.

#include "infra/privacy/master_keys.hpp"
#include "infra/store/store_row.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

constexpr auto number = "+15551230001";

timestamp at(int64_t minutes) {
  return timestamp{std::chrono::minutes{29000000 + minutes}};
}

struct backend {
  sql_dialect dialect;
  bool encrypted;
};

class user_rows_test : public ::testing::TestWithParam<backend> {
protected:
  user_rows_test() {
    if (GetParam().encrypted)
      database.config.data_key = key;
    rows = database.rows();
  }
  static call_note_record note(const std::string& sid, int64_t minute) {
    return {sid,
            "t1",
            number,
            "booked a cleaning",
            at(minute),
            /*remember*/ true,
            "Emily Clark",
            R"({"service":"cleaning"})"};
  }
  void put(const call_note_record& one) { ASSERT_TRUE(rows->users().put_note(one)); }
  std::optional<known_caller> known(const std::string& tenant = "t1",
                                    const std::string& who = number) {
    auto found = rows->users().find_user(tenant, who);
    EXPECT_TRUE(found);
    return found ? *found : std::nullopt;
  }
  int64_t count(const std::string& table) {
    int64_t counted = -1;
    EXPECT_TRUE(database.session()->run("SELECT COUNT(*) FROM " + table, {},
                                        [&](const sql_row& row) { counted = row.number(0); }));
    return counted;
  }

  const std::string key = new_master_key("a");
  test_database database{GetParam().dialect};
  std::unique_ptr<repository> rows;
};

TEST_P(user_rows_test, a_caller_is_known_by_what_earlier_calls_told) {
  EXPECT_FALSE(known());
  put(note("CA1", 0));
  auto second = note("CA2", 10);
  second.summary = "asked a question";
  second.caller_name.clear(); // nothing new
  second.preferences.clear();
  put(second);
  const auto who = known();
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user.caller_number, number);
  EXPECT_EQ(who->user.caller_name, "Emily Clark");
  EXPECT_EQ(who->user.preferences, R"({"service":"cleaning"})");
  EXPECT_EQ(who->user.calls, 2);
  EXPECT_EQ(who->user.first_seen, at(0));
  EXPECT_EQ(who->user.last_seen, at(10));
  ASSERT_EQ(who->notes.size(), 2u);
  EXPECT_EQ(who->notes[0].summary, "asked a question");
  EXPECT_EQ(who->notes[1].summary, "booked a cleaning");
}

TEST_P(user_rows_test, a_note_that_is_written_again_counts_once_and_the_later_one_stays) {
  put(note("CA1", 0));
  auto again = note("CA1", 5); // the call was resumed
  again.summary = "moved an appointment";
  put(again);
  put(again);
  const auto who = known();
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user.calls, 1);
  ASSERT_EQ(who->notes.size(), 1u);
  EXPECT_EQ(who->notes[0].summary, "moved an appointment");
  EXPECT_EQ((**rows->users().note_of("CA1")).summary, "moved an appointment");
  EXPECT_EQ((**rows->users().note_of("CA1")).caller_number, number);
}

TEST_P(user_rows_test, a_prompt_is_given_the_last_few_calls_only) {
  for (int i = 0; i < 7; ++i)
    put(note("CA" + std::to_string(i), i));
  ASSERT_EQ(known()->notes.size(), known_notes_max);
  EXPECT_EQ(known()->notes[0].call_sid, "CA6");
  EXPECT_EQ(known()->user.calls, 7);
}

TEST_P(user_rows_test, the_same_number_at_another_tenant_is_a_stranger) {
  put(note("CA1", 0));
  EXPECT_FALSE(known("t2"));
  auto others = note("CA2", 1);
  others.tenant_id = "t2";
  others.caller_name = "Robert Miller";
  put(others);
  EXPECT_EQ(known("t1")->user.caller_name, "Emily Clark");
  EXPECT_EQ(known("t2")->user.caller_name, "Robert Miller");
  EXPECT_EQ(known("t2")->notes.size(), 1u);
  // Neither can another tenant change a note of ours, nor forget our caller.
  auto stolen = note("CA1", 2);
  stolen.tenant_id = "t2";
  stolen.summary = "stolen";
  put(stolen);
  EXPECT_EQ((**rows->users().note_of("CA1")).summary, "booked a cleaning");
  EXPECT_EQ(known("t2")->user.calls, 1);
  ASSERT_TRUE(rows->users().forget({"CA2", "t2", number, at(3)}));
  EXPECT_EQ(known("t1")->user.caller_name, "Emily Clark");
  EXPECT_EQ(known("t1")->notes.size(), 1u);
  ASSERT_TRUE(rows->erase("t2", number, at(4)));
  EXPECT_EQ(known("t1")->user.calls, 1);
}

TEST_P(user_rows_test, who_asked_to_be_forgotten_stays_forgotten) {
  put(note("CA1", 0));
  ASSERT_TRUE(apply(*rows, forget_row{"CA2", "t1", number, at(9)}));
  put(note("CA2", 10)); // the call in which it was said
  put(note("CA3", 20));
  const auto who = known();
  ASSERT_TRUE(who);
  EXPECT_FALSE(who->user.remember);
  EXPECT_EQ(who->user.caller_name, "");
  EXPECT_EQ(who->user.preferences, "");
  EXPECT_EQ(who->user.calls, 0);
  EXPECT_TRUE(who->notes.empty());
  EXPECT_EQ(count("call_notes"), 0);
  EXPECT_EQ(count("users"), 1);
}

TEST_P(user_rows_test, a_stranger_can_ask_for_it_too) {
  ASSERT_TRUE(rows->users().forget({"CA1", "t1", number, at(0)}));
  put(note("CA1", 1));
  EXPECT_FALSE(known()->user.remember);
}

TEST_P(user_rows_test, who_withholds_the_number_is_nobody_in_particular) {
  for (const auto* nobody : {"anonymous", ""}) {
    auto one = note(std::string{"CA"} + nobody, 0);
    one.caller_number = nobody;
    put(one);
    EXPECT_FALSE(known("t1", nobody));
    EXPECT_TRUE(rows->users().forget({"CA9", "t1", nobody, at(1)}));
    EXPECT_TRUE(*rows->users().note_of(one.call_sid)) << "the call has its line";
  }
  EXPECT_EQ(count("users"), 0);
}

TEST_P(user_rows_test, a_call_that_is_not_to_be_remembered_has_a_line_and_no_user) {
  auto one = note("CA1", 0);
  one.remember = false;
  put(one);
  EXPECT_FALSE(known());
  EXPECT_EQ((**rows->users().note_of("CA1")).summary, "booked a cleaning");
}

TEST_P(user_rows_test, a_user_goes_when_no_call_is_left) {
  call_record call;
  call.call_sid = "CA1";
  call.tenant_id = "t1";
  call.caller_number = number;
  call.started_at = at(0);
  call.ended_at = at(3);
  ASSERT_TRUE(rows->put_call(call));
  put(note("CA1", 3));
  const auto purge = [&](kept_kind what) {
    for (const auto* tenant : {"t2", "t1"})
      ASSERT_TRUE(rows->purge({tenant, what, at(10)}, 100));
  };
  purge(kept_kind::calls);
  EXPECT_EQ(count("calls"), 1) << "its note is still there";
  purge(kept_kind::persons);
  EXPECT_EQ(count("users"), 1);
  purge(kept_kind::transcripts);
  EXPECT_EQ(count("call_notes"), 0);
  purge(kept_kind::calls);
  purge(kept_kind::persons);
  EXPECT_EQ(count("users"), 0);
}

TEST_P(user_rows_test, nothing_of_it_can_be_read_without_the_key) {
  put(note("CA1", 0));
  std::string all;
  const auto db = database.session();
  for (const auto* sql : {"SELECT caller_number, caller_name, preferences FROM users",
                          "SELECT caller_number, summary, tenant_id FROM call_notes"})
    ASSERT_TRUE(db->run(sql, {}, [&](const sql_row& row) {
      for (int i = 0; i < 3; ++i)
        all += row.text(i) + "\n";
    }));
  for (const auto* trace : {number, "Emily", "cleaning"})
    EXPECT_EQ(all.find(trace) == all.npos, GetParam().encrypted) << trace << "\n" << all;
}

TEST_P(user_rows_test, rows_from_before_there_was_a_key_stay_known_and_forgotten) {
  if (!GetParam().encrypted)
    return;            // nothing comes before
  put(note("CA0", 0)); // makes the keys
  const auto db = database.session();
  ASSERT_TRUE(
      db->script("INSERT INTO users VALUES ('t1', '+15550000001', 'Ann Lee', '', 1, 1, 1, 1);"
                 "INSERT INTO users VALUES ('t1', '+15550000002', '', '', 0, 0, 1, 1);"));
  EXPECT_EQ(known("t1", "+15550000001")->user.caller_name, "Ann Lee");
  auto forgotten = note("CA2", 1);
  forgotten.caller_number = "+15550000002";
  put(forgotten);
  EXPECT_FALSE(known("t1", "+15550000002")->user.remember);
  ASSERT_TRUE(rows->users().forget({"CA3", "t1", "+15550000001", at(2)}));
  EXPECT_FALSE(known("t1", "+15550000001")->user.remember);
  std::string names;
  ASSERT_TRUE(db->run("SELECT caller_name FROM users", {},
                      [&](const sql_row& row) { names += row.text(0); }));
  EXPECT_EQ(names.find("Ann"), names.npos);
}

INSTANTIATE_TEST_SUITE_P(
    databases, user_rows_test,
    ::testing::Values(backend{sql_dialect::sqlite, false}, backend{sql_dialect::sqlite, true},
                      backend{sql_dialect::postgres, false}, backend{sql_dialect::postgres, true}),
    [](const auto& info) {
      return name_of(info.param.dialect) + (info.param.encrypted ? "_encrypted" : "_plain");
    });

} // namespace
