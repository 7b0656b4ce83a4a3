#include "infra/config/config_commands.hpp"
#include "infra/config/config_table.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include <sstream>

namespace trunkline {

namespace {

class config_commands_test : public ::testing::Test {
protected:
  std::ostringstream out_, err_;
  config_sources sources_{{}, {{"HOME", "/home/somebody"}}, {}};
};

TEST_F(config_commands_test, check_says_good_or_every_problem_with_status_2) {
  EXPECT_EQ(config_check(sources_, out_, err_), exit_ok);
  EXPECT_EQ(out_.str(), "the configuration is good: 1 assistant\n");
  sources_.environment["LOG_LEVEL"] = "loud";
  sources_.flags["limits.max_calls"] = "0";
  EXPECT_EQ(config_check(sources_, out_, err_), exit_usage);
  EXPECT_EQ(err_.str(), "LOG_LEVEL: is 'loud'; it must be one of debug, info, warn, error, off\n"
                        "--set limits.max_calls: is 0; it must be between 1 and 100000\n");
}

TEST_F(config_commands_test, check_includes_what_the_listeners_need) {
  sources_.flags["server.admin_listen"] = "0.0.0.0:8081";
  EXPECT_EQ(config_check(sources_, out_, err_), exit_usage);
  EXPECT_NE(err_.str().find("TRUNKLINE_ADMIN_PASSWORD"), std::string::npos) << err_.str();
}

TEST_F(config_commands_test, show_masks_secrets_and_names_the_origin) {
  sources_.environment["TWILIO_AUTH_TOKEN"] = "topsecret";
  sources_.environment["TRUNKLINE_ADMIN_USER"] = "ops";
  sources_.environment["TRUNKLINE_ADMIN_PASSWORD"] = "verysecret";
  sources_.flags["limits.max_calls"] = "7";
  for (const bool json : {false, true}) {
    EXPECT_EQ(config_show(sources_, json, out_, err_), exit_ok);
    for (const auto* secret : {"topsecret", "verysecret"})
      EXPECT_EQ(out_.str().find(secret), std::string::npos) << out_.str();
    EXPECT_EQ(err_.str(), "");
    if (json) {
      const auto settings = nlohmann::json::parse(out_.str())["settings"];
      EXPECT_EQ(settings["carrier.auth_token"]["value"], "(set)");
      EXPECT_EQ(settings["carrier.auth_token"]["origin"], "TWILIO_AUTH_TOKEN");
      EXPECT_EQ(settings["limits.max_calls"]["value"], "7");
      EXPECT_EQ(settings["limits.max_calls"]["origin"], "flag");
    } else {
      EXPECT_NE(out_.str().find(" = (set)  # TWILIO_AUTH_TOKEN\n"), std::string::npos);
      EXPECT_NE(out_.str().find(" = 7  # flag\n"), std::string::npos);
      EXPECT_NE(out_.str().find("log_level"), std::string::npos);
    }
    out_.str("");
  }
}

TEST_F(config_commands_test, init_writes_a_file_that_loads_and_keeps_an_existing_one) {
  testing::temp_dir folder;
  const auto path = folder.path() / "new.toml";
  EXPECT_EQ(config_init(path.string(), false, out_, err_), exit_ok);
  sources_.file = path;
  const auto loaded = read_config(sources_);
  EXPECT_TRUE(loaded.problems.empty()) << loaded.problems.at(0).line;
  EXPECT_EQ(loaded.config.assistants.at(0).business, "Brightsmile Dental");
  testing::write_file(path, "mine");
  err_.str("");
  EXPECT_EQ(config_init(path.string(), false, out_, err_), exit_failed);
  EXPECT_EQ(err_.str(),
            path.string() + ": exists already; name another file, or replace it with --force\n");
  EXPECT_EQ(testing::read_file(path), "mine");
  EXPECT_EQ(config_init(path.string(), true, out_, err_), exit_ok);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(config_init("-", false, out_, err_), exit_ok);
  EXPECT_EQ(out_.str(), testing::read_file(path));
}

TEST_F(config_commands_test, the_defaults_that_init_shows_load_as_the_defaults) {
  testing::temp_dir folder;
  auto text = initial_config();
  text = text.substr(0, text.find("[[assistants]]"));
  std::string opened; // every "# key = value" line without its mark
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    opened +=
        (line.starts_with("# ") && line.find(" = ") != line.npos ? line.substr(2) : line) + "\n";
  const auto path = folder.path() / "t.toml";
  testing::write_file(path, opened);
  sources_.file = path;
  auto loaded = read_config(sources_);
  ASSERT_TRUE(loaded.problems.empty()) << loaded.problems[0].line;
  engine_config defaults;
  for (const auto& row : config_rows()) {
    if (row.key != "state_dir") {
      EXPECT_EQ(field_text(row.member(loaded.config)), field_text(row.member(defaults)));
    }
    if (!row.secret) {
      EXPECT_NE(loaded.origins.at(std::string{row.key}), "default") << row.key;
    }
  }
}

TEST_F(config_commands_test, the_documentation_has_the_table_of_settings) {
  const auto file = testing::source_dir() / "docs/configuration.md";
  const auto page = testing::read_file(file);
  const std::string begin = "<!-- settings -->\n", end = "<!-- end of settings -->";
  const auto from = page.find(begin);
  ASSERT_NE(from, std::string::npos);
  const auto start = from + begin.size();
  const auto length = page.find(end) - start;
  if (std::getenv("UPDATE_DOCS")) // a developer's way to write it instead of comparing
    testing::write_file(file, std::string{page}.replace(start, length, config_markdown()));
  else
    EXPECT_TRUE(page.substr(start, length) == config_markdown())
        << "run infra_tests --gtest_filter='*table_of_settings' with UPDATE_DOCS=1";
}

} // namespace

} // namespace trunkline
