#include "bench/load/scenario.hpp"

#include "schema/embedded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace trunkline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string problem_of(const std::string& text) {
  const auto made = parse_load_scenario(text, "x.toml");
  return made ? "" : made.error().context;
}

const std::string stage = "[[stage]]\nseconds = 1\ncalls_per_s = 1\n";

const std::string all_keys = R"(
about = "all keys"
seed = 7
thresholds = ["response_gap_ms.p95 <= 1200", "calls_failed == 0"]
[target]
url = "http://127.0.0.1:9000/"
public_url = "https://voice.example.com"
admin_url = "http://127.0.0.1:9001"
incoming_path = "/in"
relay_path = "/relay"
gather_path = "/gather"
status_path = ""
token = "t"
account_sid = "AC1"
from = "+15550000001"
to = "+15550000002"
server_pid = 12
[call]
seconds = 30
spread = 0.5
think_ms = 100
speak_anyway_ms = 0
barge_in_ms = 50
barge_in_decided_ms = 340
voice = "slt"
must_last = true
at_end = "hang_up"
[[stage]]
name = "ramp"
arrival = "poisson"
calls_per_s = 2.5
seconds = 10
[[stage]]
arrival = "closed"
callers = 50
seconds = 5.5
[[caller]]
kind = "dtmf"
weight = 2
keys = "12#"
[[caller]]
kind = "talk"
lines = ["hello", "good bye"]
[[caller]]
channel = "relay"
injected_ms = 250
[[caller]]
channel = "gather"
)";

TEST(load_scenario_test, reads_everything_it_documents) {
  const auto made = parse_load_scenario(all_keys, "folder/all.toml");
  ASSERT_TRUE(made) << made.error().context;
  EXPECT_EQ(made->name, "all");
  EXPECT_EQ(made->seed, 7u);
  EXPECT_EQ(made->hash.size(), 16u);
  EXPECT_EQ(made->target.url, "http://127.0.0.1:9000"); // paths follow it
  EXPECT_EQ(made->target.public_url, "https://voice.example.com");
  EXPECT_EQ(made->target.status_path, "");
  EXPECT_EQ(made->target.server_pid, 12);
  EXPECT_EQ(made->call_seconds, 30);
  EXPECT_TRUE(made->must_last);
  EXPECT_EQ(made->at_end, load_scenario::ending::hang_up);
  ASSERT_EQ(made->stages.size(), 2u);
  EXPECT_EQ(made->stages[0].calls_per_s, 2.5);
  EXPECT_EQ(made->stages[1].name, "stage 2");
  EXPECT_EQ(made->stages[1].how, load_stage::arrival::closed);
  EXPECT_EQ(made->stages[1].ramp_s, 0.5); // 100 a second, when nothing is said
  EXPECT_EQ(made->target.relay_path, "/relay");
  EXPECT_EQ(made->target.gather_path, "/gather");
  ASSERT_EQ(made->callers.size(), 4u);
  EXPECT_EQ(made->callers[1].channel, call_channel::media_stream);
  EXPECT_EQ(made->callers[1].injected_ms, std::nullopt);
  EXPECT_EQ(made->callers[2].channel, call_channel::relay);
  EXPECT_EQ(made->callers[2].injected_ms, 250u);
  EXPECT_EQ(made->callers[3].channel, call_channel::gather);
  EXPECT_EQ(made->callers[0].keys, "12#");
  EXPECT_EQ(made->callers[1].lines.size(), 2u);
  EXPECT_EQ(made->barge_in_decided_ms, 340u);
  ASSERT_EQ(made->thresholds.size(), 2u);
  EXPECT_EQ(made->thresholds[0].where, "folder/all.toml:4");
}

TEST(load_scenario_test, a_stage_is_enough) {
  const auto made = parse_load_scenario(stage, "x.toml");
  ASSERT_TRUE(made);
  ASSERT_EQ(made->callers.size(), 1u);
  EXPECT_EQ(made->callers[0].kind, load_caller::habit::talk);
  EXPECT_EQ(made->stages[0].how, load_stage::arrival::poisson);
}

TEST(load_scenario_test, says_where_and_what_is_wrong) {
  EXPECT_THAT(problem_of("a = "), StartsWith("x.toml:1:"));
  EXPECT_THAT(problem_of("\n  colour = 1\n" + stage),
              StartsWith("x.toml:2:3: a scenario has no \"colour\"; it takes name, about"));
  EXPECT_THAT(problem_of("[target]\nurl = \"localhost\"\n" + stage),
              StartsWith("x.toml:2:7: \"url\" is not an absolute URL"));
  EXPECT_THAT(problem_of("[call]\nseconds = -1\n" + stage), StartsWith("x.toml:2:11: "));
  EXPECT_THAT(problem_of("[call]\nseconds = nan\n" + stage), HasSubstr("a number from 0.5"));
  EXPECT_THAT(problem_of("[call]\nvoice = \"bob\"\n" + stage), HasSubstr("kal16, rms, slt, awb"));
  EXPECT_THAT(problem_of("seed = \"one\"\n" + stage), HasSubstr("a whole number"));
  EXPECT_THAT(problem_of("stage = 5"), HasSubstr("[[stage]]"));
  EXPECT_THAT(problem_of("target = 5\n" + stage), HasSubstr("is a table"));
  EXPECT_THAT(problem_of("[[stage]]\nseconds = 1\narrival = \"often\"\n"),
              HasSubstr("must be one of constant, poisson, closed"));
  EXPECT_THAT(problem_of("[[stage]]\nseconds = 1\n"), HasSubstr("needs \"calls_per_s\""));
  EXPECT_THAT(problem_of("[[stage]]\nseconds = 1\narrival = \"closed\"\n"),
              HasSubstr("needs \"callers\""));
  EXPECT_THAT(problem_of("[[stage]]\ncalls_per_s = 1\n"), HasSubstr("needs \"seconds\""));
  EXPECT_THAT(problem_of("[[stage]]\nseconds = 1\ncalls_per_s = 1\ncallers = 5\n"),
              HasSubstr("an open stage has no \"callers\""));
  EXPECT_THAT(problem_of(stage + "[[caller]]\nkeys = \"x\"\n"), HasSubstr("0-9 * # A-D"));
  EXPECT_THAT(problem_of(stage + "[[caller]]\nkind = \"silent\"\nlines = [\"a\"]\n"),
              HasSubstr("a silent caller has no"));
  EXPECT_THAT(problem_of(stage + "[[caller]]\nweight = 0\n"), HasSubstr("come to nothing"));
  EXPECT_THAT(problem_of("thresholds = [\n\"calls_failed == 0\",\n\"speed > 9\"]\n" + stage),
              StartsWith("x.toml:3:1: there is no \"speed\""));
  EXPECT_THAT(problem_of("thresholds = \"noon: calls_failed == 0\"\n" + stage),
              StartsWith("x.toml:1:14: there is no stage \"noon\""));
  EXPECT_THAT(problem_of(""), HasSubstr("at least one [[stage]]"));
  EXPECT_THAT(problem_of(std::string{"\0\xff", 2}), StartsWith("x.toml:"));
}

TEST(load_scenario_test, says_what_is_wrong_about_channels) {
  EXPECT_THAT(problem_of(stage + "[[caller]]\nchannel = \"fax\"\n"),
              AllOf(StartsWith("x.toml:5:11: "), HasSubstr("one of media_stream, relay, gather")));
  EXPECT_THAT(problem_of(stage + "[[caller]]\nchannel = 5\n"), StartsWith("x.toml:5:11: "));
  EXPECT_THAT(problem_of(stage + "[[caller]]\nkind = \"echo\"\nchannel = \"relay\"\n"),
              HasSubstr("only on media_stream"));
  EXPECT_THAT(problem_of(stage + "[[caller]]\ninjected_ms = -1\n"), StartsWith("x.toml:5:15: "));
  const auto relay = stage + "[[caller]]\nchannel = \"relay\"\n";
  EXPECT_EQ(problem_of("thresholds = \"relay.added_ms.p95 <= 10\"\n" + relay), "");
  EXPECT_THAT(problem_of("thresholds = \"response_gap_ms.p95 <= 10\"\n" + relay),
              AllOf(StartsWith("x.toml:1:14: "),
                    HasSubstr("\"response_gap_ms\" is of channel media_stream, and no caller is")));
  EXPECT_THAT(problem_of("thresholds = \"gather.webhook_ms.p95 <= 10\"\n" + relay),
              HasSubstr("is of channel gather"));
  EXPECT_THAT(problem_of("thresholds = \"fax.webhook_ms.p95 <= 10\"\n" + relay),
              HasSubstr("there is no \"fax.webhook_ms\""));
  EXPECT_THAT(problem_of("thresholds = \"relay.webhook_ms <= 10\"\n" + relay),
              HasSubstr("needs one of .count"));
}

TEST(load_scenario_test, all_that_ship_are_good) {
  size_t count = 0;
  for (const auto& file : embedded_files())
    if (file.path.starts_with("bench/scenarios/")) {
      const auto name = std::filesystem::path{file.path}.stem().string();
      const auto made = load_load_scenario(name);
      ASSERT_TRUE(made) << made.error().context;
      EXPECT_EQ(made->name, name);
      ++count;
    }
  EXPECT_GE(count, 4u);
  EXPECT_THAT(load_load_scenario("nothing").error().context, HasSubstr("hold"));
  EXPECT_FALSE(load_load_scenario("/"));
}

} // namespace
} // namespace trunkline
