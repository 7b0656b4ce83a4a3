// `trunkline bench run` as a command against servers that misbehave: one clear line, never a hang.

#include "tests/support/bench_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace trunkline {
namespace {

using ::testing::HasSubstr;

using bench_command_test = testing::bench_process;

const std::string short_calls = R"(
[call]
seconds = 3
think_ms = 100
[[stage]]
arrival = "constant"
calls_per_s = 5
seconds = 1
)";

TEST_F(bench_command_test, servers_that_refuse_or_talk_nonsense_are_named) {
  for (const auto& [fault, part] :
       {std::pair{"refuse", "answered with status 503"}, std::pair{"bad-twiml", "no TwiML"},
        std::pair{"no-media", "rejected"}}) {
    serve({"--fault", fault});
    start(short_calls);
    EXPECT_EQ(status(), 69) << fault << bench->errors();
    EXPECT_THAT(bench->errors(), HasSubstr("not one call reached media")) << fault;
    EXPECT_THAT(bench->errors(), HasSubstr(part)) << fault;
  }
}

TEST_F(bench_command_test, a_server_that_closes_midway_or_floods_fails_its_calls) {
  for (const auto& [fault, part] : {std::pair{"close", "closed with code 1006"},
                                    std::pair{"flood", "minutes of audio ahead"}}) {
    serve({"--fault", fault});
    start("thresholds = [\"calls_failed == 0\"]\n" + short_calls);
    EXPECT_THAT(status(), ::testing::AnyOf(99, 3)) << fault << bench->errors();
    EXPECT_EQ(report()["calls"]["failed"], 5) << fault << bench->output();
    EXPECT_THAT(bench->output(), HasSubstr(part)) << fault;
    EXPECT_THAT(bench->errors(), HasSubstr("test.toml:1: calls_failed == 0: 5, broken"));
  }
}

TEST_F(bench_command_test, ctrl_c_leaves_a_partial_report) {
  serve({"--delay", "300"});
  start(R"(
[[stage]]
calls_per_s = 10
seconds = 600
)");
  ASSERT_TRUE(bench->wait_for_line(" 2/600 s")) << bench->errors();
  bench->signal(SIGINT);
  EXPECT_EQ(status(), 3) << bench->errors();
  EXPECT_EQ(report()["partial"], true);
  EXPECT_GE(report()["calls"]["placed"], 5);
  EXPECT_THAT(bench->errors(), HasSubstr("cut short"));
}

TEST_F(bench_command_test, samples_a_server_by_its_pid_whatever_it_is_written_in) {
  serve({"--delay", "200"});
  start(short_calls, {"--pid", std::to_string(server->pid())});
  EXPECT_THAT(status(), ::testing::AnyOf(0, 3)) << bench->errors();
  EXPECT_GT(report()["server"]["rss_max_bytes"], 10'000'000);
  EXPECT_GT(report()["moments"][0]["server_descriptors"], 3);
}

TEST_F(bench_command_test, samples_a_server_elsewhere_by_its_metrics) {
  serve({"--delay", "200"});
  const auto base = "http://127.0.0.1:" + port;
  start(short_calls, {"--metrics", base + "/metrics"});
  EXPECT_THAT(status(), ::testing::AnyOf(0, 3)) << bench->errors();
  EXPECT_GT(report()["server"]["rss_max_bytes"], 10'000'000);
  EXPECT_GT(report()["server"]["cpu_s"], 0.0);
  start(short_calls, {"--metrics", base + "/elsewhere"});
  EXPECT_EQ(status(), 69);
  EXPECT_THAT(bench->errors(), HasSubstr(base + "/elsewhere has no process_cpu_seconds_total"));
  start(short_calls, {"--metrics", base + "/metrics", "--pid", std::to_string(server->pid())});
  EXPECT_EQ(status(), 2);
  EXPECT_THAT(bench->errors(), HasSubstr("by its pid or by its metrics, not both"));
}

} // namespace
} // namespace trunkline
