#include "bench/load/run_command.hpp"

#include "protocol/text/json.hpp"
#include "tests/bench/carrier/small_engine.hpp"
#include "tests/support/net.hpp"
#include "tests/support/paths.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class run_command_test : public ::testing::Test {
protected:
  run_command_test() {
    shards.run(0, [&] { engine.emplace(shards.io()); });
    write("", "[[caller]]\nkind = \"talk\"\nlines = [\"hello\"]\n");
    options.scenario = folder.path() / "test.toml";
    options.url = engine->base;
    options.token = testing::token;
    options.json = "-";
  }

  ~run_command_test() override {
    engine->server->close_all();
    shards.run(0, [] {});
    shards.stop();
    engine.reset();
  }

  void write(const std::string& top, const std::string& more) {
    testing::write_file(folder.path() / "test.toml", top + R"(
[call]
seconds = 2.5
think_ms = 100
[[stage]]
arrival = "constant"
calls_per_s = 8
seconds = 1
)" + more);
  }

  int run() {
    out.str("");
    err.str("");
    return run_bench(options, out, err);
  }

  nlohmann::json report() {
    auto parsed = parse_json(out.str(), "report");
    return parsed ? *parsed : nlohmann::json{};
  }

  testing::temp_dir folder;
  testing::shard_threads shards{1};
  std::optional<testing::small_engine> engine;
  bench_run_options options;
  std::ostringstream out, err;
  void four_closed_callers(const std::string& call_seconds) {
    testing::write_file(folder.path() / "test.toml", "[call]\nseconds = " + call_seconds + R"(
at_end = "hang_up"
[[stage]]
arrival = "closed"
callers = 4
seconds = 2
[[caller]]
kind = "silent"
)");
  }
};

TEST_F(run_command_test, calls_as_planned_and_measures_what_callers_hear) {
  options.csv = folder.path() / "samples.csv";
  options.html = folder.path() / "report.html";
  EXPECT_THAT(run(), AnyOf(0, 3)) << err.str(); // 3: this machine is too busy for any measuring
  const auto all = report();
  EXPECT_EQ(all["calls"]["placed"], 8) << out.str();
  EXPECT_EQ(all["calls"]["completed"], 8) << out.str();
  EXPECT_EQ(all["metrics"]["webhook_ms"]["count"], 8);
  EXPECT_EQ(all["metrics"]["greeting_ms"]["count"], 8);
  // The engine answers five silent frames after the last word.
  EXPECT_GE(all["metrics"]["response_gap_ms"]["count"], 8);
  EXPECT_GE(all["metrics"]["response_gap_ms"]["p50"], 80);
  EXPECT_LE(all["metrics"]["response_gap_ms"]["p50"], 160);
  EXPECT_THAT(err.str(), HasSubstr("8 calls by plan in 1 s, at most 8 at once"));
  EXPECT_THAT(testing::read_file(options.csv), HasSubstr("response_gap_ms,"));
  EXPECT_THAT(testing::read_file(options.html), HasSubstr("</svg>"));
  std::set<std::string> numbers;
  for (const auto& [path, form] : engine->asked)
    numbers.insert(form.text("From"));
  EXPECT_EQ(numbers.size(), 8u);
}

TEST_F(run_command_test, several_threads_share_the_calls) {
  options.threads = 3;
  options.quiet = true;
  EXPECT_THAT(run(), AnyOf(0, 3)) << err.str();
  EXPECT_EQ(report()["calls"]["completed"], 8) << out.str();
}

TEST_F(run_command_test, a_closed_stage_keeps_its_callers_calling) {
  four_closed_callers("0.5");
  EXPECT_THAT(run(), AnyOf(0, 3)) << err.str();
  const auto all = report();
  EXPECT_GE(all["calls"]["placed"], 12) << out.str();
  EXPECT_LE(all["calls"]["placed"], 20) << out.str();
  EXPECT_EQ(all["calls"]["failed"], 0) << out.str();
  EXPECT_EQ(all["stages"][0]["arrival"], "closed");
}

TEST_F(run_command_test, callers_who_are_turned_away_redial_after_a_pause) {
  engine->pages["/voice/incoming"] = R"(<Response><Reject reason="busy"/></Response>)";
  four_closed_callers("5");
  EXPECT_EQ(run(), 69) << err.str();
  const auto calls = report()["calls"];
  EXPECT_EQ(calls["rejected"], calls["placed"]) << out.str();
  EXPECT_GE(calls["placed"], 8) << "they do redial";
  EXPECT_LE(calls["placed"], 4 * (2000 / 100 + 2)) << "once in 100 ms each at most";
}

TEST_F(run_command_test, a_broken_threshold_is_99_and_named_by_line) {
  write("\nthresholds = [\"calls_completed >= 9\"]", "[[caller]]\nkind = \"silent\"\n");
  EXPECT_THAT(run(), AnyOf(99, 3)) << err.str();
  EXPECT_THAT(err.str(), HasSubstr("test.toml:2: calls_completed >= 9: 8, broken"));
}

TEST_F(run_command_test, reaches_a_server_behind_another_name) {
  const auto name = "http://voice.example.com";
  engine->pages["/voice/incoming"] = twiml::connect_stream({.url = "ws://voice.example.com/stream",
                                                            .parameters = {},
                                                            .action = "",
                                                            .redirect = "/voice/after",
                                                            .say_first = {}});
  engine->base = name; // what it checks signatures with
  options.public_url = name;
  EXPECT_THAT(run(), AnyOf(0, 3)) << err.str();
  EXPECT_EQ(report()["calls"]["completed"], 8) << out.str();
}

TEST_F(run_command_test, a_socket_alone_will_do) {
  options.stream_url = engine->stream_url();
  EXPECT_THAT(run(), AnyOf(0, 3)) << err.str();
  EXPECT_EQ(report()["calls"]["completed"], 8) << out.str();
  EXPECT_TRUE(engine->asked.empty());
  EXPECT_FALSE(report()["metrics"].contains("webhook_ms"));
}

TEST_F(run_command_test, calls_that_reach_nothing_are_one_line) {
  options.quiet = true;
  engine->pages["/voice/incoming"] = "<Response><Connect>";
  EXPECT_EQ(run(), 69);
  EXPECT_THAT(err.str(), StartsWith("trunkline bench run: not one call reached media at " +
                                    engine->base + ": failed: lost: no TwiML"));
  EXPECT_EQ(report()["calls"]["failed"], 8);
  engine->pages.erase("/voice/incoming");
  EXPECT_EQ(run(), 69);
  EXPECT_THAT(err.str(), HasSubstr("status 500"));
  options.url = "http://127.0.0.1:1";
  EXPECT_EQ(run(), 69);
  EXPECT_THAT(err.str(), StartsWith("trunkline bench run: nobody answers at http://127.0.0.1:1 ("));
}

TEST_F(run_command_test, what_is_wrong_is_one_line_before_anybody_is_called) {
  const auto wrong = [&](const std::string& part) {
    EXPECT_EQ(run(), 2);
    const auto text = err.str();
    EXPECT_THAT(text, HasSubstr(part));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  };
  write("colour = 1", "");
  wrong("test.toml:1:1: a scenario has no \"colour\"");
  write("", "");
  options.url = "localhost";
  wrong("--url: ");
  options.url = engine->base;
  options.server_pid = 1 << 30;
  wrong("there is no process");
  options.server_pid.reset();
  options.html = "/nothing/there.html";
  wrong("cannot write /nothing/there.html");
  options.html.clear();
  options.scenario = "no-such";
  wrong("no scenario \"no-such\"");
  EXPECT_TRUE(engine->asked.empty());
}

TEST_F(run_command_test, the_plan_is_the_same_each_time) {
  options.plan_only = true;
  EXPECT_EQ(run(), 0);
  const auto first = out.str();
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(out.str(), first);
  options.seed = 99;
  EXPECT_EQ(run(), 0);
  EXPECT_NE(out.str(), first);
  EXPECT_TRUE(engine->asked.empty());
}

} // namespace
} // namespace trunkline
