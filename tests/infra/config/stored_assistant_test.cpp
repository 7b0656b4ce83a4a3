// An assistant in a file of its own: the same reader as [[assistants]], and the same assistant when
// it comes out of the database again.

#include "infra/config/stored_assistant.hpp"

#include "infra/config/assistant_checks.hpp"
#include "infra/config/assistant_config.hpp"
#include "infra/config/presets.hpp"
#include "tests/support/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace trunkline {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string smallest = "id = \"a\"\nbusiness = \"B\"\ngreeting = \"Hello\"\n";

class stored_assistant_test : public ::testing::Test {
protected:
  std::optional<assistant> read(const std::string& text, const std::string& tenant = {},
                                const std::string& file = "f.toml") {
    problems.clear();
    auto who = read_assistant(text, file, tenant, problems);
    lines.clear();
    for (const auto& one : problems)
      lines.push_back(one.line);
    return who;
  }
  std::vector<config_problem> problems;
  std::vector<std::string> lines;
};

TEST_F(stored_assistant_test, is_read_with_its_heading_and_without) {
  const auto plain = read(smallest + "[[services]]\nid = \"x\"\nname = \"cleaning\"\n");
  ASSERT_TRUE(plain) << lines.at(0);
  EXPECT_EQ(plain->services.at(0).name, "cleaning");
  EXPECT_EQ(plain->tenant_id, "a");
  const auto headed = read("[[assistants]]\n" + smallest +
                           "[[assistants.services]]\nid = \"x\"\nname = \"cleaning\"\n");
  ASSERT_TRUE(headed);
  EXPECT_EQ(headed->version, plain->version);
}

TEST_F(stored_assistant_test, says_what_is_wrong_and_where) {
  EXPECT_FALSE(read(smallest + "greting = \"x\"\nfront_desk = \"maria\"\n"));
  EXPECT_THAT(lines, ElementsAre("f.toml:4:1: unknown key 'assistants.greting'; did you mean "
                                 "'assistants.greeting'?",
                                 "f.toml:5:14: assistants.front_desk must be the id of one of "
                                 "assistants.staff"));
  EXPECT_FALSE(read(smallest + "[extraction]\nschema_file = \"none.json\"\n"));
  EXPECT_THAT(lines.at(0), HasSubstr("f.toml:5:15: assistants.extraction.schema_file cannot be"));
  EXPECT_FALSE(read(smallest + "stt = [\"nobody\"]\n"));
  EXPECT_THAT(lines.at(0), HasSubstr("nobody"));
  EXPECT_FALSE(read("[[assistants]]\n" + smallest + "[[assistants]]\n" + smallest));
  EXPECT_THAT(lines, ElementsAre("f.toml: has several [[assistants]]; put each in a file of its "
                                 "own"));
  EXPECT_FALSE(read("id = "));
  EXPECT_THAT(lines.at(0), HasSubstr("f.toml:1:"));
  EXPECT_FALSE(read(""));
  EXPECT_THAT(lines.at(0), HasSubstr("f.toml:1:1: assistants.id is missing"));
}

TEST_F(stored_assistant_test, belongs_to_the_tenant_that_is_told) {
  EXPECT_EQ(read(smallest, "t1")->tenant_id, "t1");
  EXPECT_EQ(read(smallest + "tenant_id = \"t2\"\n")->tenant_id, "t2");
  EXPECT_NE(read(smallest, "t1")->version, read(smallest, "t2")->version);
  EXPECT_FALSE(read(smallest + "tenant_id = \"t2\"\n", "t1"));
  EXPECT_THAT(lines, ElementsAre("f.toml:4:13: assistants.tenant_id is 't2', but --tenant is "
                                 "'t1'; leave one out"));
}

TEST_F(stored_assistant_test, is_the_same_when_it_is_read_again) {
  const testing::temp_dir folder;
  testing::write_file(folder.path() / "schema.json", R"({"type":"object","properties":{}})");
  const auto text = smallest + "preset = \"warm\"\nhours = [\"mon-fri 08:00-17:00\"]\n"
                               "tenant_id = \"t1\"\n[extraction]\nschema_file = \"schema.json\"\n";
  const auto who = read(text, {}, (folder.path() / "f.toml").string());
  ASSERT_TRUE(who) << lines.at(0);
  const auto again = read_stored(stored_version(*who, text, {}));
  ASSERT_TRUE(again) << again.error().context;
  EXPECT_EQ(again->extraction.schema, who->extraction.schema) << "the file need not be there";
  EXPECT_EQ(again->version, who->version);
  EXPECT_EQ(again->tenant_id, "t1");
  EXPECT_EQ(again->persona, who->persona);
  EXPECT_EQ(again->hours.size(), 5u);
}

TEST_F(stored_assistant_test, that_is_not_valid_any_more_says_so_in_a_line) {
  auto row = stored_version(*read(smallest), smallest + "old_key = 1\n", {});
  const auto broken = read_stored(row);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().context, "a " + row.version +
                                        ":4:1: unknown key 'assistants.old_key'; see "
                                        "docs/configuration.md for the keys");
  row.text = smallest;
  row.id = "b";
  EXPECT_THAT(read_stored(row).error().context, HasSubstr("of another assistant"));
}

TEST_F(stored_assistant_test, conflicts_with_what_a_file_configures) {
  engine_config config;
  config.file = "engine.toml";
  config.assistants.resize(1);
  config.assistants[0].id = "f";
  config.assistants[0].numbers = {"+15550100300"};
  config.assistants[0].is_default = true;
  auto who = *read(smallest);
  EXPECT_THAT(conflicts_of(who, config), IsEmpty());
  who.numbers = {"+15550100300"};
  who.is_default = true;
  who.llm = {"openai"};
  who.recording.mode = "on";
  EXPECT_THAT(
      conflicts_of(who, config),
      ElementsAre("the number +1555***0300 is taken by the assistant 'f' of engine.toml; a number "
                  "has one assistant",
                  "`default` is set for the assistant 'f' of engine.toml already; only one can "
                  "take the other calls",
                  HasSubstr("assistants.recording needs encryption"),
                  HasSubstr("assistant a lists openai, but OPENAI_API_KEY is not set")));
  who.id = "f";
  EXPECT_THAT(conflicts_of(who, config),
              ElementsAre("'f' is configured in engine.toml, which is read-only; change it there, "
                          "or remove it there and put it again"));
  config.assistants_are_sample = true; // it stands back
  who.llm.clear();
  who.recording.mode = "off";
  EXPECT_THAT(conflicts_of(who, config), IsEmpty());
}

TEST_F(stored_assistant_test, begins_with_a_personality_and_its_own_keys_win) {
  const auto warm = read(smallest + "preset = \"warm\"\n");
  ASSERT_TRUE(warm) << lines.at(0);
  EXPECT_THAT(warm->persona, HasSubstr("warm and patient"));
  EXPECT_EQ(warm->turns.endpoint_min, milliseconds{450});
  EXPECT_EQ(warm->response_words_max, 120u);
  const auto mixed = read(smallest + "preset = \"warm\"\nresponse_words_max = 33\n"
                                     "[turns]\nendpoint_ms_min = 333\n");
  ASSERT_TRUE(mixed);
  EXPECT_EQ(mixed->response_words_max, 33u);
  EXPECT_EQ(mixed->turns.endpoint_min, milliseconds{333});
  EXPECT_EQ(mixed->turns.caller_silence, warm->turns.caller_silence) << "the rest is the preset's";
  EXPECT_EQ(mixed->persona, warm->persona);
}

TEST_F(stored_assistant_test, does_not_know_every_personality) {
  EXPECT_FALSE(read(smallest + "preset = \"wram\"\n"));
  EXPECT_THAT(lines, ElementsAre("f.toml:4:10: assistants.preset 'wram' is unknown; did you mean "
                                 "'warm'?"));
  EXPECT_FALSE(read(smallest + "preset = \"pirate-captain\"\n"));
  EXPECT_THAT(lines.at(0), HasSubstr("use one of "));
  EXPECT_FALSE(read(smallest + "preset = 1\n"));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("must be text in quotes")));
}

TEST_F(stored_assistant_test, every_personality_is_valid_and_like_no_other) {
  EXPECT_GE(presets().size(), 5u);
  std::set<std::string> personas, summaries;
  for (const auto& one : presets()) {
    const auto who = read(smallest + "preset = \"" + one.name + "\"\n");
    ASSERT_TRUE(who) << lines.at(0);
    EXPECT_GT(who->persona.size(), 100u) << one.name;
    EXPECT_EQ(who->persona.find('\n'), std::string::npos) << one.name;
    EXPECT_TRUE(personas.insert(who->persona).second) << one.name;
    EXPECT_TRUE(summaries.insert(one.summary).second) << one.name;
    EXPECT_EQ(who->preset, one.name);
  }
}

} // namespace
} // namespace trunkline
