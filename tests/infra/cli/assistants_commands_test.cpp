// `assistants`: as an operator uses it, what it refuses, and what the audit log has of it.

#include "infra/cli/assistants_commands.hpp"

#include "infra/cli/data_commands.hpp"
#include "infra/cli/kb_commands.hpp"
#include "tests/support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace trunkline {
namespace {

using ::testing::HasSubstr;
using testing::name_of;
using ::testing::Not;
using testing::temp_dir;
using testing::test_database;
using testing::write_file;
using action = assistants_command::action;

class assistants_commands_test : public ::testing::TestWithParam<sql_dialect> {
protected:
  assistants_commands_test() {
    config.store.database = database.url().text;
    config.file = "engine.toml";
    config.assistants.resize(1);
    config.assistants[0].id = config.assistants[0].tenant_id = "filed";
    config.assistants[0].numbers = {"+15550100200"};
  }
  int run(assistants_command command) {
    out.str("");
    err.str("");
    command.config = {};
    const int status = assistants_command_main(command, config, out, err);
    const auto lines = err.str();
    for (size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1)
      EXPECT_EQ(lines.find("\n\n", at), std::string::npos) << lines;
    return status;
  }
  int put(const std::string& more, const std::string& tenant = "t1", const std::string& id = "a") {
    write_file(folder.path() / "f.toml",
               "id = \"" + id + "\"\nbusiness = \"B\"\ngreeting = \"Hello\"\n" + more);
    assistants_command command;
    command.what = action::put;
    command.tenant = tenant;
    command.file = (folder.path() / "f.toml").string();
    return run(command);
  }
  int on(action what, const std::string& id, const std::string& version = {},
         const std::string& tenant = "t1", bool json = false) {
    assistants_command command;
    command.what = what;
    command.tenant = tenant;
    command.id = id;
    command.version = version;
    command.json = json;
    return run(command);
  }
  std::string current(const std::string& id = "a", const std::string& tenant = "t1") {
    const auto head = database.rows()->versions().find(tenant, id);
    return head && *head && !(*head)->retired ? (*head)->version : "";
  }
  std::string audit() {
    std::ostringstream shown, failed;
    audit_command command;
    command.what = audit_command::action::list;
    EXPECT_EQ(run_audit(command, config, shown, failed), exit_ok) << failed.str();
    return shown.str();
  }

  test_database database{GetParam()};
  temp_dir folder;
  engine_config config;
  std::ostringstream out, err;
};

TEST_P(assistants_commands_test, puts_lists_shows_goes_back_and_retires) {
  EXPECT_EQ(put("numbers = [\"+15550100300\"]\n"), exit_ok) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("added  a  "));
  EXPECT_THAT(out.str(), HasSubstr("engines take it within 10 s"));
  const auto first = current();
  EXPECT_EQ(put("numbers = [\"+15550100300\"]\n"), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("unchanged  a  " + first));
  EXPECT_EQ(put("preset = \"brisk\"\n"), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("changed  a  "));
  EXPECT_THAT(out.str(), HasSubstr("was " + first));
  const auto second = current();
  EXPECT_NE(first, second);

  EXPECT_EQ(on(action::list, {}), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr(second));
  EXPECT_THAT(out.str(), HasSubstr("database"));
  EXPECT_THAT(out.str(), Not(HasSubstr("filed"))) << "another tenant's";
  EXPECT_EQ(on(action::show, "a"), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("preset = \"brisk\""));
  EXPECT_EQ(on(action::show, "a", first), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("not the current version"));
  EXPECT_THAT(out.str(), HasSubstr("+15550100300"));
  EXPECT_EQ(on(action::show, "a", {}, "t1", /*json*/ true), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("\"persona\":\"You are brisk"));
  EXPECT_EQ(on(action::versions, "a"), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr(first));
  EXPECT_THAT(out.str(), HasSubstr(second));

  EXPECT_EQ(on(action::use, "a", first), exit_ok);
  EXPECT_EQ(current(), first);
  EXPECT_EQ(on(action::remove, "a"), exit_ok);
  EXPECT_EQ(current(), "");
  EXPECT_EQ(on(action::remove, "a"), exit_failed);
  EXPECT_EQ(on(action::use, "a", second), exit_ok) << "it comes back";
  EXPECT_EQ(current(), second);
  const auto rows = audit();
  for (const auto* what : {"assistant.put", "assistant.used", "assistant.retired"})
    EXPECT_THAT(rows, HasSubstr(what));
  EXPECT_THAT(rows, HasSubstr("\"version\":\"" + first + "\""));
}

TEST_P(assistants_commands_test, a_file_that_is_wrong_is_told_line_by_line) {
  EXPECT_EQ(put("greting = \"x\"\nfront_desk = \"maria\"\npreset = \"wram\"\n"), exit_usage);
  EXPECT_THAT(err.str(), HasSubstr("f.toml:4:1: unknown key 'assistants.greting'"));
  EXPECT_THAT(err.str(), HasSubstr("f.toml:5:14: assistants.front_desk must be the id of one of"));
  EXPECT_THAT(err.str(), HasSubstr("did you mean 'warm'?"));
  EXPECT_EQ(current(), "");
  assistants_command command;
  command.what = action::put;
  command.file = (folder.path() / "none.toml").string();
  EXPECT_EQ(run(command), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("none.toml"));
}

TEST_P(assistants_commands_test, references_that_are_missing_are_refused) {
  EXPECT_EQ(put("llm = [\"openai\"]\n"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("assistant a lists openai, but OPENAI_API_KEY is not set"));
  EXPECT_EQ(put("[extraction]\nschema_file = \"none.json\"\n"), exit_usage);
  EXPECT_THAT(err.str(), HasSubstr("schema_file cannot be read"));
  EXPECT_EQ(put("recording = \"on\"\n"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("needs encryption"));
  EXPECT_EQ(current(), "");
  EXPECT_THAT(audit(), Not(HasSubstr("assistant.put")));
}

TEST_P(assistants_commands_test, a_language_that_nothing_here_can_serve_is_refused) {
  EXPECT_EQ(put("language = \"es-US\"\n"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("embedded"));
  EXPECT_EQ(current(), "");
}

TEST_P(assistants_commands_test, what_a_file_configures_is_read_only) {
  EXPECT_EQ(put("", "", "filed"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("'filed' is configured in engine.toml, which is read-only"));
  for (const auto what : {action::use, action::remove, action::versions}) {
    EXPECT_EQ(on(what, "filed", "v", "filed"), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("'filed' is configured in engine.toml, which is read-only"));
  }
  EXPECT_EQ(on(action::show, "filed", {}, "filed"), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("+15550100200"));
  EXPECT_EQ(on(action::list, {}, {}, "filed"), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("engine.toml"));
}

TEST_P(assistants_commands_test, a_number_has_one_assistant_and_the_error_names_it) {
  EXPECT_EQ(put("numbers = [\"+15550100200\"]\n"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("taken by the assistant 'filed' of engine.toml"));
  ASSERT_EQ(put("numbers = [\"+15550100300\"]\n"), exit_ok);
  EXPECT_EQ(put("numbers = [\"+15550100300\"]\n", "t2", "b"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("the number +1555***0300 is taken by the assistant 'a'"));
  EXPECT_EQ(current("b", "t2"), "");
}

TEST_P(assistants_commands_test, another_tenants_assistant_cannot_be_seen_or_changed) {
  ASSERT_EQ(put(""), exit_ok);
  ASSERT_EQ(put("", "t2", "b"), exit_ok);
  const auto version = current();
  for (const auto what : {action::show, action::versions, action::use, action::remove}) {
    EXPECT_EQ(on(what, "a", version, "t2"), exit_failed);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), HasSubstr("there is no assistant 'a' of the tenant t2"));
  }
  EXPECT_EQ(put("agent_name = \"Eve\"\n", "t2"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("the id 'a' is another tenant's"));
  EXPECT_EQ(current(), version);
  EXPECT_EQ(on(action::list, {}, {}, ""), exit_usage);
  EXPECT_THAT(err.str(), HasSubstr("several tenants; add --tenant with one of: filed, t1, t2"));
  EXPECT_EQ(on(action::list, {}, {}, "t9"), exit_usage);
  kb_command knowledge;
  knowledge.tenant = "t2";
  EXPECT_EQ(knowledge_command_main(knowledge, config, out, err), exit_ok)
      << "a tenant of the database has documents, too";
}

TEST_P(assistants_commands_test, versions_that_are_not_valid_any_more_are_told) {
  ASSERT_EQ(put(""), exit_ok);
  const auto version = current();
  ASSERT_TRUE(database.session()->run("UPDATE assistants SET text = text || 'old_key = 1'", {}));
  EXPECT_EQ(on(action::versions, "a"), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("not valid any more"));
  EXPECT_EQ(on(action::use, "a", version), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("unknown key 'assistants.old_key'"));
  EXPECT_EQ(on(action::use, "a", "nope"), exit_failed);
  EXPECT_THAT(err.str(), HasSubstr("there is no version 'nope' of a"));
}

INSTANTIATE_TEST_SUITE_P(databases, assistants_commands_test,
                         ::testing::Values(sql_dialect::sqlite, sql_dialect::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST(presets_command, lists_every_personality_in_a_line) {
  std::ostringstream out;
  EXPECT_EQ(list_presets(false, out), exit_ok);
  const auto text = out.str();
  for (const auto* name : {"warm", "brisk", "formal", "playful", "concierge"})
    EXPECT_THAT(text, HasSubstr(name));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
}

} // namespace
} // namespace trunkline
