// `migrate`, `calls` and what `doctor` says of the database, over either one.

#include "infra/cli/store_commands.hpp"

#include "tests/support/postgres_server.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

class store_commands_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  void SetUp() override { config.store.database = database.url().text; }

  int run_migrate(migrate_command::action what) {
    clear();
    return migrate({what, {}}, config, out, err);
  }
  int run_calls(calls_command::action what, const std::string& sid = {}) {
    clear();
    calls_command command;
    command.what = what;
    command.call_sid = sid;
    return show_calls(command, config, out, err);
  }
  void clear() {
    out.str("");
    err.str("");
  }
  void expect_one_line(const std::string& part) {
    const auto text = err.str();
    EXPECT_NE(text.find(part), text.npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    EXPECT_EQ(text.find("sword"), text.npos) << text;
  }

  test_database database{GetParam()};
  engine_config config;
  std::ostringstream out, err;
};

TEST_P(store_commands_test, migrate_lists_and_applies) {
  EXPECT_EQ(run_migrate(migrate_command::action::status), exit_ok);
  EXPECT_NE(out.str().find("0001_calls  missing"), std::string::npos) << out.str();
  EXPECT_EQ(run_migrate(migrate_command::action::up), exit_ok) << err.str();
  EXPECT_NE(out.str().find("0001_calls  applied"), std::string::npos) << out.str();
  ASSERT_TRUE(database.session()->script("UPDATE migrations SET checksum = 'x'"));
  EXPECT_EQ(run_migrate(migrate_command::action::status), exit_failed);
  EXPECT_NE(out.str().find("0001_calls  changed"), std::string::npos) << out.str();
  expect_one_line(database.url().shown + ": migration 0001_calls was applied with another text");
  EXPECT_EQ(run_migrate(migrate_command::action::up), exit_failed);
}

TEST_P(store_commands_test, calls_are_listed_and_shown) {
  call_record call;
  call.call_sid = "CA1";
  call.caller_number = "+15551230001";
  ASSERT_TRUE(database.rows()->put_call(call));
  EXPECT_EQ(run_calls(calls_command::action::list), exit_ok) << err.str();
  EXPECT_NE(out.str().find("CA1"), std::string::npos) << out.str();
  EXPECT_EQ(out.str().find("5551230001"), std::string::npos) << out.str();
  EXPECT_EQ(run_calls(calls_command::action::show, "CA1"), exit_ok) << err.str();
  EXPECT_EQ(run_calls(calls_command::action::show, "CA2"), exit_failed);
  expect_one_line("there is no call CA2");
}

TEST_P(store_commands_test, doctor_tells_latency_schema_and_disk) {
  database.rows();
  const auto all = check_store(config);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_TRUE(all[0].good && all[1].good);
  EXPECT_NE(all[3].what.find(" MB"), std::string::npos) << all[3].what;
  EXPECT_EQ(all[2].what, "callers' data is not encrypted; see docs/data-protection.md");
  EXPECT_NE(all[0].what.find("store " + database.url().shown + " opens in "), std::string::npos)
      << all[0].what;
  EXPECT_NE(all[0].what.find("answers in "), std::string::npos) << all[0].what;
  EXPECT_EQ(all[1].what.find("its schema is at 00"), 0u) << all[1].what;
  ASSERT_TRUE(database.session()->script("INSERT INTO migrations VALUES ('9999_future','x',0)"));
  const auto newer = check_store(config);
  EXPECT_TRUE(std::any_of(newer.begin(), newer.end(), [](auto& one) {
    return !one.good && one.what.find("9999_future") != std::string::npos;
  }));
}

TEST_P(store_commands_test, what_cannot_be_reached_is_one_line_without_secrets) {
  if (GetParam() == sql_dialect::postgres) {
    const auto port = ":" + std::to_string(postgres_server::shared().port());
    auto& text = config.store.database;
    text.replace(text.find(port), port.size(), ":1");
  } else {
    config.store.database = "/nowhere/at/all.db";
  }
  EXPECT_EQ(run_migrate(migrate_command::action::up), exit_unreachable);
  expect_one_line("");
  EXPECT_EQ(run_calls(calls_command::action::list), exit_unreachable);
  expect_one_line("");
}

INSTANTIATE_TEST_SUITE_P(stores, store_commands_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST(check_store, a_sqlite_file_that_is_not_there_yet_is_no_fault) {
  engine_config config;
  config.state_dir = "/nowhere";
  const auto all = check_store(config);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].good);
}

} // namespace
