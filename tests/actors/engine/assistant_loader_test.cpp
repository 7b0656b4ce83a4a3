// What an engine makes of changes in the database: taken once and whole, or not at all.

#include "actors/engine/assistant_loader.hpp"

#include "actors/engine/assistant_services.hpp"
#include "infra/config/stored_assistant.hpp"
#include "infra/log/log.hpp"
#include "tests/support/call_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

std::string text_of(const std::string& id, const std::string& greeting,
                    const std::string& more = {}) {
  return "id = \"" + id + "\"\nbusiness = \"B\"\ngreeting = \"" + greeting + "\"\n" + more;
}

timestamp at(int64_t minutes) {
  return timestamp{std::chrono::minutes{29000000 + minutes}};
}

class assistant_loader_test : public ::testing::Test {
protected:
  assistant_loader_test() {
    set_log_level(log_level::off);
    config.file = "engine.toml";
    config.assistants.resize(1);
    config.assistants[0].id = "filed";
    config.assistants[0].version = "f1";
    config.assistants[0].numbers = {"+15550100200"};
  }
  ~assistant_loader_test() override {
    if (loader)
      loader->stop();
  }

  void start() {
    loader = std::make_shared<assistant_loader>(
        config, rows,
        [this](const assistant& who) -> result<assistant_loader::services> {
          made.push_back(who.id + " " + who.greeting);
          made_on = std::this_thread::get_id();
          if (who.greeting == "broken")
            return failure{failure_kind::bad_input, "no such voice", false};
          return std::make_shared<const assistant_services>();
        },
        [] { return at(0); });
    ASSERT_TRUE(loader->start());
  }
  std::string put(const std::string& text, int64_t minute, bool valid = true) {
    std::vector<config_problem> problems;
    auto who = read_assistant(text, "f", "t1", problems);
    EXPECT_TRUE(who);
    auto row = stored_version(*who, text, at(minute));
    if (!valid)
      row.text += "old_key = 1\n";
    EXPECT_TRUE(versions().put(*who, row));
    return who->version;
  }
  memory_versions& versions() { return rows->rows.versions(); }
  /// A look and all that comes of it.
  void look() {
    loader->look();
    settle();
  }
  void settle() {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!loader->idle() && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    ASSERT_TRUE(loader->idle());
  }
  std::vector<std::string> served() const {
    std::vector<std::string> all;
    for (const auto& one : loader->roster()->now()->all())
      all.push_back(one.who->id + " " + one.who->greeting);
    return all;
  }

  engine_config config;
  std::shared_ptr<testing::immediate_store> rows = std::make_shared<testing::immediate_store>();
  std::shared_ptr<assistant_loader> loader;
  std::vector<std::string> made;
  std::thread::id made_on;
};

TEST_F(assistant_loader_test, serves_the_file_and_the_database_from_the_start) {
  const auto version = put(text_of("a", "one", "numbers = [\"+15550100300\"]\n"), 0);
  start();
  EXPECT_THAT(served(), ElementsAre("filed ", "a one"));
  const auto directory = loader->roster()->now();
  EXPECT_EQ(directory->for_number("+15550100300").who->version, version);
  EXPECT_TRUE(directory->by_id("a").from_database);
  EXPECT_EQ(directory->for_number("+15550100200").who->id, "filed");
  EXPECT_FALSE(directory->by_id("filed").from_database);
}

TEST_F(assistant_loader_test, takes_a_change_once_and_on_a_thread_of_its_own) {
  start();
  put(text_of("a", "one"), 0);
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a one"));
  EXPECT_NE(made_on, std::this_thread::get_id());
  const auto before = loader->roster()->now();
  look();
  EXPECT_EQ(loader->roster()->now(), before) << "nothing has changed";
  put(text_of("a", "two"), 1);
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a two"));
  EXPECT_THAT(made, ElementsAre("filed ", "a one", "a two"));
}

TEST_F(assistant_loader_test, lets_go_of_what_is_replaced_or_retired) {
  put(text_of("a", "one"), 0);
  start();
  const auto version = loader->roster()->now()->by_id("a").who->version;
  std::weak_ptr<const assistant_services> first = loader->roster()->now()->by_id("a").use;
  put(text_of("a", "two"), 1);
  look();
  EXPECT_TRUE(first.expired());
  EXPECT_TRUE(loader->roster()->now()->version("a", version).who) << "for the ends of its calls";
  std::weak_ptr<const assistant_services> second = loader->roster()->now()->by_id("a").use;
  EXPECT_FALSE(second.expired());
  ASSERT_TRUE(*versions().retire("t1", "a", at(2)));
  look();
  EXPECT_THAT(served(), ElementsAre("filed "));
  EXPECT_TRUE(second.expired());
}

TEST_F(assistant_loader_test, goes_on_with_the_old_version_when_the_new_one_cannot_be_taken) {
  put(text_of("a", "one"), 0);
  start();
  put(text_of("a", "broken"), 1);
  look();
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a one"));
  EXPECT_THAT(made, ElementsAre("filed ", "a one", "a broken")) << "tried, and logged, once";
  put(text_of("a", "two"), 2, /*valid*/ false);
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a one"));
  put(text_of("a", "three"), 3);
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a three"));
}

TEST_F(assistant_loader_test, starts_with_the_newest_version_that_is_good) {
  put(text_of("a", "one"), 0);
  put(text_of("a", "two"), 1);
  put(text_of("a", "three"), 2, /*valid*/ false);
  start();
  EXPECT_THAT(served(), ElementsAre("filed ", "a two"));
}

TEST_F(assistant_loader_test, takes_no_id_number_or_service_that_the_file_does_not_leave_it) {
  put(text_of("filed", "stolen"), 0);
  put(text_of("b", "stolen", "numbers = [\"+15550100200\"]\n"), 1);
  put(text_of("c", "unpaid", "llm = [\"openai\"]\n"), 2);
  start();
  EXPECT_THAT(served(), ElementsAre("filed "));
}

TEST_F(assistant_loader_test, the_sample_stands_back) {
  config.assistants_are_sample = true;
  start();
  EXPECT_THAT(served(), ElementsAre("filed "));
  put(text_of("a", "one", "numbers = [\"+15550100200\"]\n"), 0);
  look();
  EXPECT_THAT(served(), ElementsAre("a one"));
  ASSERT_TRUE(*versions().retire("t1", "a", at(1)));
  look();
  EXPECT_THAT(served(), ElementsAre("filed "));
}

TEST_F(assistant_loader_test, a_database_that_is_away_changes_nothing) {
  put(text_of("a", "one"), 0);
  start();
  versions().broken = failure{failure_kind::unreachable, "gone", true};
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a one"));
  versions().broken.reset();
  put(text_of("a", "two"), 1);
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a two"));
}

TEST_F(assistant_loader_test, starts_without_a_database_that_is_away) {
  put(text_of("a", "one"), 0);
  versions().broken = failure{failure_kind::unreachable, "gone", true};
  start();
  EXPECT_THAT(served(), ElementsAre("filed "));
  versions().broken.reset();
  look();
  EXPECT_THAT(served(), ElementsAre("filed ", "a one"));
}

TEST_F(assistant_loader_test, has_the_versions_of_calls_that_may_come_back_at_the_start) {
  const auto first = put(text_of("a", "one"), 0);
  put(text_of("a", "two"), 1);
  versions().late = {versions().versions.at(0), versions().versions.at(1)};
  start();
  EXPECT_THAT(served(), ElementsAre("filed ", "a two"));
  EXPECT_TRUE(loader->roster()->now()->version("a", first).use);
  EXPECT_EQ(std::count(made.begin(), made.end(), "a two"), 1) << "the current one is at hand";
}

} // namespace
} // namespace trunkline
