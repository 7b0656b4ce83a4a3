// `data` and `audit`: as an operator uses them, and what they say when something is wrong.

#include "infra/cli/data_commands.hpp"

#include "infra/privacy/master_keys.hpp"
#include "tests/support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

using namespace trunkline;
using namespace trunkline::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

class data_commands_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  data_commands_test() {
    config.store.database = database.url().text;
    config.store.data_key = database.config.data_key = key;
    assistant one;
    one.id = one.tenant_id = "t1";
    config.assistants = {one};
    const auto rows = database.rows();
    call_record call;
    call.call_sid = "CA1";
    call.tenant_id = "t1";
    call.caller_number = "+15551230001";
    call.caller_name = "Emily Clark";
    call.ended_at = call.started_at;
    EXPECT_TRUE(rows->put_call(call));
    EXPECT_TRUE(rows->put_audit({"t1", "CA1", "engine", "call.ended", "{}", {}}));
  }
  int data(data_command::action what, const std::string& number = {}) {
    clear();
    data_command command;
    command.what = what;
    command.number = number;
    command.reason = "asked by letter";
    return run_data(command, config, out, err);
  }
  int audit(audit_command::action what, const std::string& known = {}) {
    clear();
    audit_command command;
    command.what = what;
    command.known = known;
    return run_audit(command, config, out, err);
  }
  void clear() {
    out.str("");
    err.str("");
  }
  void expect_one_line(const std::string& part) {
    const auto text = err.str();
    EXPECT_THAT(text, HasSubstr(part));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    EXPECT_THAT(text, Not(HasSubstr(key.substr(key.find(':') + 1))));
  }
  std::string end_of_chain() {
    EXPECT_EQ(audit(audit_command::action::verify), exit_ok) << out.str() << err.str();
    const auto text = out.str();
    const auto at = text.find("end ") + 4;
    return text.substr(at, text.find('\n', at) - at);
  }

  const std::string key = new_master_key("a");
  test_database database{GetParam()};
  engine_config config;
  std::ostringstream out, err;
};

TEST_P(data_commands_test, a_new_key_is_one_that_can_be_used) {
  EXPECT_EQ(data(data_command::action::new_key), exit_ok);
  EXPECT_TRUE(master_keys::parse(out.str())) << out.str();
}

TEST_P(data_commands_test, a_caller_is_exported_and_erased_and_the_audit_log_knows) {
  EXPECT_EQ(data(data_command::action::export_all, "+15551230001"), exit_ok) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("Emily Clark"));
  EXPECT_EQ(data(data_command::action::erase, "+15551230001"), exit_ok) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("made anonymous: 1 call(s)"));
  EXPECT_EQ(data(data_command::action::export_all, "+15551230001"), exit_ok) << err.str();
  EXPECT_THAT(out.str(), Not(HasSubstr("Emily")));
  EXPECT_EQ(data(data_command::action::erase, "+15551230001"), exit_failed);
  expect_one_line("nothing is kept of this number");
  EXPECT_EQ(audit(audit_command::action::list), exit_ok) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("data.erased"));
  EXPECT_THAT(out.str(), HasSubstr("asked by letter"));
  EXPECT_THAT(out.str(), HasSubstr("operator:"));
  EXPECT_THAT(out.str(), Not(HasSubstr("5551230001")));
  EXPECT_EQ(audit(audit_command::action::verify), exit_ok) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("the chain is whole"));
}

TEST_P(data_commands_test, a_chain_that_was_touched_ends_with_1) {
  const auto end = end_of_chain();
  EXPECT_EQ(audit(audit_command::action::verify, end), exit_ok) << out.str();
  ASSERT_TRUE(database.session()->script("UPDATE audit_logs SET actor = 'nobody'"));
  EXPECT_EQ(audit(audit_command::action::verify), exit_failed);
  EXPECT_THAT(out.str(), HasSubstr("FAULT: row 1 was changed"));
  for (const auto* bad : {"x", ":", "1", "0:sha256:00", "-3:x", "99999999999999999999:x"}) {
    EXPECT_EQ(audit(audit_command::action::verify, bad), exit_usage) << bad;
    expect_one_line("--known takes an end");
  }
}

TEST_P(data_commands_test, keys_are_changed_without_touching_the_rows) {
  const auto newer = new_master_key("b");
  config.store.data_key = newer + " " + key;
  EXPECT_EQ(data(data_command::action::reseal), exit_ok) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("key(s) sealed anew with " + newer.substr(0, newer.find(':'))));
  config.store.data_key = newer;
  EXPECT_EQ(data(data_command::action::export_all, "+15551230001"), exit_ok) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("Emily Clark"));
  config.store.data_key = key;
  EXPECT_EQ(data(data_command::action::export_all, "+15551230001"), exit_usage);
  expect_one_line("is needed to read what it sealed");
}

TEST_P(data_commands_test, what_is_wrong_is_said_in_one_line) {
  EXPECT_EQ(data(data_command::action::erase, "5551230001"), exit_usage);
  expect_one_line("is not a number in E.164");
  config.store.data_key.clear();
  EXPECT_EQ(data(data_command::action::reseal), exit_usage);
  expect_one_line("there is no data key");
  config.store.data_key = "nonsense";
  EXPECT_EQ(data(data_command::action::export_all, "+15551230001"), exit_usage);
  expect_one_line("store.data_key: a data key is ID:BASE64");
}

INSTANTIATE_TEST_SUITE_P(databases, data_commands_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
