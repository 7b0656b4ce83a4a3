#include "infra/cli/command_line.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {

namespace {

struct parsed {
  command what;
  std::string out, err;
};

parsed parse(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  auto what = parse_command_line(arguments, out, err);
  return {std::move(what), out.str(), err.str()};
}

template<class Command>
Command as(const std::vector<std::string>& arguments) {
  const auto all = parse(arguments);
  EXPECT_EQ(all.err, "");
  EXPECT_TRUE(std::holds_alternative<Command>(all.what)) << arguments.at(0);
  return std::holds_alternative<Command>(all.what) ? std::get<Command>(all.what) : Command{};
}

TEST(command_line, serve_takes_files_addresses_and_settings) {
  const auto plain = as<serve_command>({"serve"});
  EXPECT_TRUE(plain.config.config_file.empty());
  EXPECT_TRUE(plain.config.env_file.empty()) << "serve never reads .env silently";
  EXPECT_TRUE(plain.config.set.empty());
  const auto all = as<serve_command>({"serve", "--config", "f", "--env-file", "e", "--listen",
                                      "[::]:80", "--admin-listen=:81", "--state-dir", "/s", "--set",
                                      "limits.max_calls=5", "--set", "log_level=a=b"});
  EXPECT_EQ(all.config.config_file, "f");
  EXPECT_EQ(all.config.env_file, "e");
  const std::map<std::string, std::string> set{{"limits.max_calls", "5"},
                                               {"log_level", "a=b"},
                                               {"server.admin_listen", ":81"},
                                               {"server.listen", "[::]:80"},
                                               {"state_dir", "/s"}};
  EXPECT_EQ(all.config.set, set);
}

TEST(command_line, bench_runs_a_scenario_and_compares_reports) {
  const auto plain = as<bench_run_command>({"bench", "run", "hold"});
  EXPECT_EQ(plain.scenario, "hold");
  EXPECT_EQ(plain.threads, 1u);
  EXPECT_FALSE(plain.seed);
  EXPECT_FALSE(plain.server_pid);
  const auto all = as<bench_run_command>(
      {"bench",      "run",     "a.toml",    "--url",       "http://h", "--public-url",
       "https://p",  "--pid",   "12",        "--seed",      "7",        "--threads",
       "2",          "--json",  "-",         "--csv",       "c",        "--html",
       "x",          "--plan",  "--quiet",   "--token",     "t",        "--stream-url",
       "ws://s",     "--from",  "10",        "--most",      "20",       "--hold",
       "5",          "--admin", "http://a",  "--state-dir", "/s",       "--find-capacity",
       "--recovery", "9",       "--metrics", "http://m"});
  EXPECT_EQ(all.url, "http://h");
  EXPECT_EQ(all.public_url, "https://p");
  EXPECT_EQ(all.stream_url, "ws://s");
  EXPECT_EQ(all.admin_url, "http://a");
  EXPECT_EQ(all.metrics_url, "http://m");
  EXPECT_EQ(all.server_pid, 12);
  EXPECT_EQ(all.seed, 7u);
  EXPECT_EQ(all.json + all.csv + all.html + all.token + all.state_dir, "-cxt/s");
  EXPECT_TRUE(all.plan_only && all.quiet && all.find_capacity);
  EXPECT_EQ(all.capacity_first, 10u);
  EXPECT_EQ(all.capacity_most, 20u);
  EXPECT_EQ(all.capacity_seconds, 5);
  EXPECT_EQ(all.capacity_recovery_s, 9u);
  const auto both = as<bench_compare_command>({"bench", "compare", "a", "b", "--json"});
  EXPECT_EQ(both.a + both.b, "ab");
  EXPECT_TRUE(both.json);
}

TEST(command_line, call_has_its_defaults_and_every_option) {
  const auto plain = as<call_command>({"call"});
  EXPECT_EQ(plain.url, "http://127.0.0.1:8080");
  EXPECT_TRUE(plain.script.empty());
  EXPECT_EQ(plain.calls, 1u);
  EXPECT_EQ(plain.env_file, ".env");
  const auto all = as<call_command>({"call",
                                     "--url",
                                     "http://h",
                                     "--admin",
                                     "http://a",
                                     "--script",
                                     "booking",
                                     "--voice",
                                     "slt",
                                     "--seed",
                                     "7",
                                     "--from",
                                     "+15550100009",
                                     "--to",
                                     "+15550100200",
                                     "--token",
                                     "t",
                                     "--expect",
                                     "one",
                                     "--expect",
                                     "two",
                                     "--json",
                                     "--wav",
                                     "o.wav",
                                     "--paraphrases",
                                     "unseen",
                                     "--calls",
                                     "10",
                                     "--max-seconds",
                                     "60",
                                     "--rest-listen",
                                     "127.0.0.1:8090",
                                     "--fallback-url",
                                     "http://f"});
  EXPECT_EQ(all.url + all.admin_url + all.script + all.voice, "http://hhttp://abookingslt");
  EXPECT_EQ(all.seed, 7u);
  EXPECT_EQ(all.expect, (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(all.json);
  EXPECT_EQ(all.paraphrases, "unseen");
  EXPECT_EQ(all.calls, 10u);
  EXPECT_EQ(all.duration_max, std::chrono::seconds{60});
  EXPECT_EQ(all.rest_port, 8090);
  EXPECT_EQ(all.fallback_url, "http://f");
}

TEST(command_line, the_other_commands_are_understood) {
  EXPECT_TRUE(as<demo_command>({"demo", "--once"}).once);
  EXPECT_FALSE(as<demo_command>({"demo"}).once);
  EXPECT_EQ(as<config_command>({"config", "check"}).what, config_command::action::check);
  EXPECT_TRUE(as<config_command>({"config", "show", "--json"}).json);
  const auto init = as<config_command>({"config", "init", "my.toml", "--force"});
  EXPECT_EQ(init.what, config_command::action::init);
  EXPECT_EQ(init.file, "my.toml");
  EXPECT_TRUE(init.force);
  EXPECT_EQ(as<config_command>({"config", "init", "-"}).file, "-");
  as<doctor_command>({"doctor", "--config", "f"});
  EXPECT_EQ(as<calls_command>({"calls", "ls", "--limit", "3"}).limit, 3u);
  const auto show = as<calls_command>({"calls", "show", "CA1", "--json", "--full"});
  EXPECT_EQ(show.what, calls_command::action::show);
  EXPECT_EQ(show.call_sid, "CA1");
  EXPECT_TRUE(show.json && show.full);
  EXPECT_EQ(as<migrate_command>({"migrate"}).what, migrate_command::action::up);
  EXPECT_EQ(as<migrate_command>({"migrate", "status"}).what, migrate_command::action::status);
  as<version_command>({"version"});
}

TEST(command_line, help_is_data_and_succeeds) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"help"}, {"--help"}, {"help", "serve"}, {"serve", "--help"}, {"calls", "show", "-h"}}) {
    const auto all = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<no_command>(all.what));
    EXPECT_EQ(std::get<no_command>(all.what).status, exit_ok) << arguments.back();
    EXPECT_FALSE(all.out.empty()) << arguments.back();
    EXPECT_EQ(all.err, "");
  }
  EXPECT_NE(parse({"help", "serve"}).out.find("--admin-listen"), std::string::npos);
}

TEST(command_line, usage_errors_are_one_line_and_a_hint) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> table{
      {{}, "trunkline: a command is missing\nTry 'trunkline help'.\n"},
      {{"serv"},
       "trunkline: unknown command 'serv'; did you mean 'serve'?\nTry 'trunkline help'.\n"},
      {{"frobnicate"}, "trunkline: unknown command 'frobnicate'\nTry 'trunkline help'.\n"},
      {{"serve", "--set", "x"},
       "trunkline: --set: 'x' is not key=value\nTry 'trunkline help serve'.\n"},
      {{"help", "nothing"}, "trunkline: there is no help on that command\nTry 'trunkline help'.\n"},
      {{"call", "--rest-listen", "0.0.0.0:80"},
       "trunkline: --rest-listen: '0.0.0.0:80' is not a loopback port, such as 8090\n"
       "Try 'trunkline help call'.\n"},
  };
  for (const auto& [arguments, expected] : table) {
    const auto all = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<no_command>(all.what)) << expected;
    EXPECT_EQ(std::get<no_command>(all.what).status, exit_usage);
    EXPECT_EQ(all.err, expected);
    EXPECT_EQ(all.out, "");
  }
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"serve", "--nonsense"},
                                             {"serve", "extra"},
                                             {"config"},
                                             {"calls", "show"},
                                             {"call", "--voice", "joanna"},
                                             {"call", "--calls", "0"},
                                             {"call", "--seed", "x"},
                                             {"call", "--script", "a", "--say-line", "b"},
                                             {"migrate", "down"},
                                             {"bench", "run"},
                                             {"bench", "run", "hold", "--threads", "0"},
                                             {"bench", "run", "hold", "--pid", "x"},
                                             {"bench", "compare", "a.json"},
                                             {"--nonsense"}}) {
    const auto all = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<no_command>(all.what)) << arguments.back();
    EXPECT_EQ(std::get<no_command>(all.what).status, exit_usage) << arguments.back();
    EXPECT_EQ(std::count(all.err.begin(), all.err.end(), '\n'), 2) << all.err;
    EXPECT_EQ(all.out, "");
  }
}

} // namespace

} // namespace trunkline
