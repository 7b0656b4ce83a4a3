// `outbox`: rows that the database would not take, listed and tried again.

#include "infra/cli/outbox_commands.hpp"

#include "infra/outbox/row_codec.hpp"
#include "tests/support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace trunkline;
using namespace trunkline::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

class outbox_commands_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  outbox_commands_test() { config.store.database = database.url().text; }

  int run(outbox_command::action what, const std::string& id = {}, bool json = false) {
    out.str("");
    err.str("");
    outbox_command command;
    command.what = what;
    command.id = id;
    command.json = json;
    return show_outbox(command, config, out, err);
  }
  static call_record call(int inputs) {
    call_record row;
    row.call_sid = "CA1";
    row.caller_number = "+15551230001";
    row.user_input_count = inputs;
    return row;
  }
  static turn_record turn() {
    turn_record row;
    row.call_sid = "CA1";
    row.text = "my tooth hurts";
    return row;
  }
  void bury(const std::string& id, const store_row& row) {
    ASSERT_TRUE(rows->put_dead_letter(
        {id, std::string{kind_of(row)}, encode(row).json, "it would not go", {}}));
  }

  test_database database{GetParam()};
  std::unique_ptr<repository> rows = database.rows();
  engine_config config;
  std::ostringstream out, err;
};

TEST_P(outbox_commands_test, lists_without_words_unless_asked_and_then_notes_who_asked) {
  EXPECT_EQ(run(outbox_command::action::list), exit_ok);
  EXPECT_EQ(out.str(), "no row is dead\n");
  bury("e:7", turn());
  EXPECT_EQ(run(outbox_command::action::list), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("e:7  turn"));
  EXPECT_THAT(out.str(), Not(HasSubstr("tooth")));
  EXPECT_EQ(run(outbox_command::action::list, {}, true), exit_ok);
  EXPECT_EQ(nlohmann::json::parse(out.str())[0]["row"]["text"], "my tooth hurts");
  size_t viewed = 0;
  ASSERT_TRUE(database.session()->run("SELECT 1 FROM audit_logs WHERE action = 'outbox.viewed'", {},
                                      [&](const sql_row&) { ++viewed; }));
  EXPECT_EQ(viewed, 1u);
}

TEST_P(outbox_commands_test, a_row_that_is_taken_at_last_leaves_the_list) {
  bury("e:7", turn());
  bury("e:8", call(1));
  EXPECT_EQ(run(outbox_command::action::retry, "e:7"), exit_ok) << err.str();
  EXPECT_EQ(out.str(), "1 of 1 delivered\n");
  EXPECT_EQ(rows->turns_of("CA1")->size(), 1u);
  EXPECT_EQ(rows->list_dead_letters(9)->size(), 1u);
  EXPECT_EQ(run(outbox_command::action::retry), exit_ok);
  EXPECT_TRUE(*rows->find_call("CA1"));
  EXPECT_EQ(run(outbox_command::action::retry, "e:7"), exit_failed) << "there is none any more";
}

TEST_P(outbox_commands_test, an_old_state_of_a_call_does_not_replace_a_later_one) {
  auto later = call(5);
  later.outcome = "booked";
  later.ended_at = timestamp{std::chrono::hours{1}};
  ASSERT_TRUE(rows->put_call(later));
  bury("e:7", call(2));
  EXPECT_EQ(run(outbox_command::action::retry), exit_ok) << err.str();
  EXPECT_EQ((**rows->find_call("CA1")).outcome, "booked");
  EXPECT_TRUE(rows->list_dead_letters(9)->empty());
}

TEST_P(outbox_commands_test, a_row_of_another_version_stays) {
  ASSERT_TRUE(rows->put_dead_letter({"e:9", "hologram", "{}", "no", {}}));
  EXPECT_EQ(run(outbox_command::action::retry), exit_failed);
  EXPECT_THAT(out.str(), HasSubstr("another version"));
  EXPECT_EQ(rows->list_dead_letters(9)->size(), 1u);
}

TEST(store_rows, a_call_is_older_than_what_came_after_it) {
  call_record first, spoken, ended, resumed;
  spoken.user_input_count = 1;
  ended = spoken;
  ended.ended_at = timestamp{};
  resumed = spoken;
  resumed.resumes = 1;
  const call_record* in_order[] = {&first, &spoken, &ended, &resumed};
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 4; ++b)
      EXPECT_EQ(is_older(*in_order[a], *in_order[b]), a < b) << a << " and " << b;
}

INSTANTIATE_TEST_SUITE_P(databases, outbox_commands_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
