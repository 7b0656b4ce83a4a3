#include "infra/cli/kb_commands.hpp"

#include "tests/support/paths.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

using action = kb_command::action;

class kb_commands_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  void SetUp() override {
    config.store.database = database.url().text;
    config.assistants.resize(1);
    config.assistants[0].tenant_id = "t1";
  }
  int run(action what, std::vector<std::string> arguments = {}, const std::string& tenant = {}) {
    out.str("");
    err.str("");
    kb_command command;
    command.what = what;
    command.arguments = std::move(arguments);
    command.tenant = tenant;
    return knowledge_command_main(command, config, out, err);
  }
  bool printed(const std::string& part) const { return out.str().find(part) != std::string::npos; }
  bool complained(const std::string& part) const {
    return err.str().find(part) != std::string::npos;
  }

  test_database database{GetParam()};
  engine_config config;
  std::ostringstream out, err;
};

TEST_P(kb_commands_test, imports_lists_shows_searches_and_removes) {
  const auto folder = (source_dir() / "docs/examples/knowledge").string();
  EXPECT_EQ(run(action::import, {folder}), exit_ok) << err.str();
  EXPECT_TRUE(printed("imported")) << out.str();
  EXPECT_EQ(run(action::import, {folder}), exit_ok);
  EXPECT_TRUE(printed("unchanged"));
  EXPECT_FALSE(printed("imported"));
  EXPECT_EQ(run(action::list), exit_ok);
  EXPECT_TRUE(printed("Price list"));
  EXPECT_EQ(run(action::show, {"prices.md"}), exit_ok);
  EXPECT_TRUE(printed("A white filling costs 180 dollars"));
  EXPECT_EQ(run(action::show, {"records.html"}), exit_ok);
  EXPECT_TRUE(printed("deleted after thirty days"));
  EXPECT_FALSE(printed("var parking"));
  EXPECT_EQ(run(action::search, {"can", "I", "bring", "my", "dog"}), exit_ok);
  EXPECT_TRUE(printed("Bringing someone along")) << out.str();
  EXPECT_EQ(run(action::remove, {"prices.md"}), exit_ok);
  EXPECT_EQ(run(action::remove, {"prices.md"}), exit_failed);
  EXPECT_TRUE(complained("no document 'prices.md'")) << err.str();
  EXPECT_EQ(run(action::unanswered), exit_ok);
}

TEST_P(kb_commands_test, says_which_tenants_there_are) {
  EXPECT_EQ(run(action::list, {}, "t9"), exit_usage);
  EXPECT_TRUE(complained("no assistant has the tenant 't9'; there is: t1")) << err.str();
  config.assistants.resize(2);
  config.assistants[1].tenant_id = "t2";
  EXPECT_EQ(run(action::list), exit_usage);
  EXPECT_TRUE(complained("add --tenant with one of: t1, t2")) << err.str();
  EXPECT_EQ(run(action::list, {}, "t2"), exit_ok);
}

TEST_P(kb_commands_test, one_bad_file_does_not_keep_out_the_others) {
  temp_dir dir;
  write_file(dir.path() / "bad.txt", std::string{"a\0b", 3});
  write_file(dir.path() / "good.txt", "Parking is free.");
  EXPECT_EQ(run(action::import, {(dir.path() / "bad.txt").string(), "/no/such.md",
                                 (dir.path() / "good.txt").string()}),
            exit_failed);
  EXPECT_TRUE(complained("bad.txt: it is not text: byte 0 at offset 1")) << err.str();
  EXPECT_TRUE(complained("/no/such.md: there is no such file")) << err.str();
  EXPECT_TRUE(printed("good"));
}

INSTANTIATE_TEST_SUITE_P(backends, kb_commands_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

} // namespace
