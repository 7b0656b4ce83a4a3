// `trunkline bench run` against a server that shares no code with it (tests/bench/echo_server):
// does the report say what the server really did?

#include "tests/support/bench_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

using bench_run_test = testing::bench_process;

const std::string talk = R"(
[call]
seconds = 40
think_ms = 300
at_end = "hang_up"
[[stage]]
name = "talk"
arrival = "constant"
calls_per_s = 20
seconds = 1
[[stage]]
name = "on"
arrival = "constant"
calls_per_s = 0
seconds = 25
[[caller]]
kind = "talk"
lines = ["one", "two", "three"]
)";

TEST_F(bench_run_test, a_delay_of_700_ms_is_reported_as_700_ms) {
  serve({"--delay", "700"});
  start("thresholds = [\"calls_failed == 0\", \"turns_unanswered == 0\"]\n" + talk);
  ASSERT_EQ(status(), 0) << bench->errors() << bench->output();
  const auto gap = report()["metrics"]["response_gap_ms"];
  EXPECT_GE(gap["count"], 100) << bench->output();
  EXPECT_NEAR(gap["p50"].get<double>(), 700, 25) << bench->output();
  EXPECT_NEAR(gap["p95"].get<double>(), 700, 25) << bench->output();
  EXPECT_EQ(report()["calls"]["completed"], 20);
}

TEST_F(bench_run_test, a_stall_of_2_s_shows_where_it_was) {
  serve({"--delay", "300", "--stall-at", "10", "--stall-for", "2000"});
  start(talk);
  ASSERT_EQ(status(), 0) << bench->errors() << bench->output();
  const auto gap = report()["metrics"]["response_gap_ms"];
  EXPECT_NEAR(gap["p50"].get<double>(), 300, 25) << bench->output();
  EXPECT_GE(gap["max"], 1500) << bench->output();
  EXPECT_LE(gap["max"], 2600) << bench->output();
  EXPECT_EQ(report()["valid"], true);
}

TEST_F(bench_run_test, a_thousand_samples_show_the_stall_at_p99) {
  serve({"--delay", "200", "--stall-at", "20", "--stall-for", "2000"});
  auto text = talk;
  text.replace(text.find("calls_per_s = 20"), 16, "calls_per_s = 100");
  start(text);
  ASSERT_EQ(status(), 0) << bench->errors() << bench->output();
  const auto gap = report()["metrics"]["response_gap_ms"];
  EXPECT_GE(gap["count"], 1000) << bench->output();
  EXPECT_LE(gap["p50"], 225) << bench->output();
  EXPECT_GE(gap["p99"], 1000) << bench->output();
}

TEST_F(bench_run_test, media_alone_is_echoed_without_holes) {
  serve({"--echo"});
  start(R"(
thresholds = ["calls_failed == 0", "round_trip_ms.p50 <= 40"]
[call]
seconds = 40
speak_anyway_ms = 1000
at_end = "hang_up"
must_last = true
[[stage]]
arrival = "constant"
calls_per_s = 50
seconds = 1
[[stage]]
arrival = "constant"
calls_per_s = 0
seconds = 10
[[caller]]
kind = "echo"
)",
        {"--stream-url", "ws://127.0.0.1:" + port + "/media"});
  ASSERT_EQ(status(), 0) << bench->errors() << bench->output();
  EXPECT_GE(report()["metrics"]["round_trip_ms"]["count"], 100) << bench->output();
  EXPECT_EQ(report()["calls"]["completed"], 50);
}

TEST_F(bench_run_test, a_generator_that_is_held_up_is_not_valid) {
  serve({"--delay", "200"});
  start(talk);
  ASSERT_TRUE(bench->wait_for_line(" 5/26 s")) << bench->errors();
  for (int i = 0; i < 4; ++i) { // as a machine that does something else now and then
    bench->signal(SIGSTOP);
    EXPECT_FALSE(bench->wait_for_exit(700ms));
    bench->signal(SIGCONT);
    EXPECT_FALSE(bench->wait_for_exit(300ms));
  }
  EXPECT_EQ(status(), 3) << bench->errors();
  EXPECT_THAT(bench->errors(), HasSubstr("the generator could not keep pace"));
  EXPECT_EQ(report()["valid"], false);
}

const std::string any_fails = "thresholds = [\"calls_failed == 0\"]\n[call]\nseconds = 60\n"
                              "[[stage]]\nseconds = 1\ncalls_per_s = 1\n"
                              "[[caller]]\nkind = \"silent\"\n";

TEST_F(bench_run_test,
       finds_the_capacity_of_a_server_that_turns_all_away_for_a_while_after_too_many) {
  serve({"--max-calls", "40", "--offended-for", "3000"});
  start(any_fails, {"--find-capacity", "--from", "15", "--hold", "2", "--quiet"});
  ASSERT_EQ(status(120s), 0) << bench->errors() << bench->output();
  const auto found = report()["capacity"];
  EXPECT_GE(found["calls"], 38) << found;
  EXPECT_LE(found["calls"], 40) << found;
  EXPECT_EQ(found["bounded_by"], "thresholds");
}

TEST_F(bench_run_test, a_load_of_which_calls_are_turned_away_is_not_held) {
  serve({"--max-calls", "40", "--busy"});
  start(any_fails, {"--find-capacity", "--from", "30", "--hold", "2", "--quiet"});
  ASSERT_EQ(status(120s), 0) << bench->errors() << bench->output();
  EXPECT_GE(report()["capacity"]["calls"], 38) << report()["capacity"];
  EXPECT_LE(report()["capacity"]["calls"], 40) << report()["capacity"];
  EXPECT_THAT(bench->errors(), HasSubstr("calls were turned away"));
}

TEST_F(bench_run_test, keeps_the_best_load_when_the_server_takes_no_more_calls_after_too_many) {
  serve({"--max-calls", "40", "--offended-for", "600000"});
  start(any_fails,
        {"--find-capacity", "--from", "30", "--hold", "2", "--recovery", "2", "--quiet"});
  ASSERT_EQ(status(), 3) << bench->errors() << bench->output();
  const auto found = report()["capacity"];
  EXPECT_EQ(found["calls"], 30) << found;
  EXPECT_EQ(found["bounded_by"], "recovery");
  EXPECT_THAT(bench->errors(), HasSubstr("at least 30 calls; the server took no more calls 2 s "
                                         "after 60: not one call reached media"));
}

TEST_F(bench_run_test, a_search_that_is_stopped_says_what_held_until_then) {
  serve({});
  start(any_fails, {"--find-capacity", "--from", "5", "--most", "4000", "--hold", "2", "--quiet"});
  ASSERT_TRUE(bench->wait_for_line("5 calls: holds")) << bench->errors();
  ASSERT_TRUE(bench->wait_for_line("10 calls: holds")) << bench->errors();
  bench->signal(SIGINT);
  ASSERT_EQ(status(), 3) << bench->errors();
  EXPECT_EQ(report()["capacity"]["calls"], 10) << report()["capacity"];
  EXPECT_EQ(report()["capacity"]["bounded_by"], "stopped");
}

} // namespace
} // namespace trunkline
