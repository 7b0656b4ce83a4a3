#include "bench/load/compare.hpp"
#include "bench/load/load_report.hpp"
#include "bench/load/svg_chart.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string scenario_text = R"(
about = "<two> stages"
thresholds = ["response_gap_ms.p95 <= 2000", "calls_failed <= 1"]
[[stage]]
name = "one"
seconds = 10
calls_per_s = 1
arrival = "constant"
[[stage]]
name = "two"
seconds = 10
calls_per_s = 1
arrival = "constant"
)";

class load_report_test : public ::testing::Test {
protected:
  load_report_test() {
    for (int i = 0; i <= 20; ++i) {
      load_moment moment;
      moment.at_s = i;
      moment.live = moment.streaming = 30;
      moment.generator_cpu_s = 5 + 0.2 * i;
      moment.server.cpu_s = 100 + 0.03 * i;
      moment.server.rss_bytes = 10'000'000 + 300'000 * static_cast<uint64_t>(i);
      record.moments.push_back(moment);
    }
    for (uint64_t i = 0; i < 20; ++i) {
      placed_call call;
      call.number = i;
      call.from_s = static_cast<double>(i);
      call.to_s = static_cast<double>(i) + 2;
      call.frames_sent = 100;
      record.calls.push_back(call);
      record.samples.push_back(
          {load_metric::response_gap, call.from_s, 800.0 + 10.0 * static_cast<double>(i), i});
    }
    record.calls[9].how = call_end::failed; // began in the first stage, failed in the second
    record.calls[9].reason = "no <media>";
    record.placed = 20;
    record.live_max = 30;
    record.seconds = 20;
    for (int i = 0; i < 2000; ++i)
      record.late.add(i < 1990 ? 100us : 4ms);
  }

  load_report made() {
    const auto plan = make_plan(scenario);
    return make_report(scenario, *plan, record, facts_of_this_machine());
  }

  load_scenario scenario = *parse_load_scenario(scenario_text, "two.toml");
  load_record record;
};

TEST_F(load_report_test, tells_stages_costs_and_thresholds) {
  const auto report = made();
  EXPECT_TRUE(report.valid);
  EXPECT_EQ(report.exit_status(), 0);
  EXPECT_EQ(report.calls.completed, 19u);
  EXPECT_EQ(report.values.metrics.at("response_gap_ms").p50, 890);
  EXPECT_EQ(report.stages[0].calls.placed, 10u);
  EXPECT_EQ(report.stages[0].calls.failed, 0u);
  EXPECT_EQ(report.stages[1].calls.failed, 1u);
  EXPECT_EQ(report.stages[1].metrics.at("response_gap_ms").count, 10u);
  // 0.03 CPU s each second for 30 calls: 0.06 s a call-minute.
  ASSERT_TRUE(report.server.cpu_s_per_call_minute);
  EXPECT_NEAR(*report.server.cpu_s_per_call_minute, 0.06, 1e-6);
  EXPECT_NEAR(report.values.numbers.at("server_kb_per_call"), 200, 1e-6);
  EXPECT_NEAR(report.generator_cpu_s, 4, 1e-6);
  EXPECT_NEAR(report.late_p50_ms, 0.1, 0.011);
  EXPECT_EQ(report.reasons.at("failed: no <media>"), 1u);
}

TEST_F(load_report_test, memory_per_call_is_that_of_the_last_moment_with_the_most_calls) {
  for (size_t i = 13; i < record.moments.size(); ++i) // calls end, what is kept of them grows
    record.moments[i].live = 15;
  EXPECT_NEAR(made().values.numbers.at("server_kb_per_call"), 12 * 300.0 / 30, 1e-6);
  record.moments[12].server.rss_bytes = 0; // not read at that moment
  EXPECT_NEAR(made().values.numbers.at("server_kb_per_call"), 11 * 300.0 / 30, 1e-6);
  for (auto& moment : record.moments)
    moment.server.rss_bytes = 0;
  EXPECT_FALSE(made().values.numbers.contains("server_kb_per_call"));
}

TEST_F(load_report_test, a_broken_threshold_is_99_and_an_unpaced_generator_3) {
  record.calls[10].how = call_end::failed;
  auto report = made();
  EXPECT_EQ(report.exit_status(), 99);
  EXPECT_THAT(report_text(report), HasSubstr("BROKEN  two.toml:3: calls_failed <= 1: 2, broken"));
  for (int i = 0; i < 100; ++i)
    record.late.add(15ms);
  report = made();
  EXPECT_FALSE(report.valid);
  EXPECT_EQ(report.exit_status(), 3);
  EXPECT_THAT(report_text(report), HasSubstr("NOT VALID: the generator could not keep pace"));
}

TEST_F(load_report_test, a_threshold_may_be_about_one_stage) {
  scenario.thresholds = {*parse_threshold("one: calls_failed == 0"),
                         *parse_threshold("two: calls_failed == 0"),
                         *parse_threshold("one: response_gap_ms.max <= 890")};
  const auto report = made();
  EXPECT_TRUE(report.thresholds[0].holds);
  EXPECT_FALSE(report.thresholds[1].holds);
  EXPECT_EQ(report.thresholds[2].value, 890);
}

TEST_F(load_report_test, tells_what_the_server_kept_of_calls_that_are_over) {
  for (size_t i = 0; i < record.moments.size(); ++i) {
    auto& moment = record.moments[i];
    moment.placed = 100 * i;
    moment.server.descriptors = i == 0 ? 20 : 25;
    moment.server.threads = 4;
  }
  const auto report = made();
  EXPECT_EQ(report.values.numbers.at("server_descriptors_left"), 5);
  EXPECT_EQ(report.values.numbers.at("server_threads_left"), 0);
  // 300 kB a second after the first stage, and 100 calls.
  EXPECT_EQ(report.values.numbers.at("server_growth_bytes_per_call"), 3000);
  EXPECT_FALSE(report.values.numbers.contains("server_actors_left")) << "not known";
}

TEST_F(load_report_test, actors_that_are_left_are_told_when_both_counts_are_known) {
  record.moments.front().server.actors = 5;
  EXPECT_FALSE(made().values.numbers.contains("server_actors_left"));
  record.moments.back().server = {};
  record.moments.back().server.actors = 8; // nothing else of it is known
  EXPECT_EQ(made().values.numbers.at("server_actors_left"), 3);
}

TEST_F(load_report_test, what_cannot_be_known_or_was_cut_short_is_not_valid) {
  record.samples.clear();
  EXPECT_EQ(made().exit_status(), 3);
  EXPECT_THAT(made().problems.at(0), HasSubstr("response_gap_ms.p95"));
  record.partial = true;
  EXPECT_THAT(made().problems.at(0), HasSubstr("cut short"));
}

TEST_F(load_report_test, the_outputs_hold_what_was_measured) {
  const auto report = made();
  const auto json = report_json(report);
  EXPECT_EQ(json["metrics"]["response_gap_ms"]["p95"], 980);
  EXPECT_TRUE(json["metrics"]["response_gap_ms"]["p99"].is_null());
  EXPECT_EQ(json["stages"].size(), 2u);
  EXPECT_EQ(json["scenario"]["hash"], scenario.hash);
  EXPECT_FALSE(json["facts"]["revision"].get<std::string>().empty());
  EXPECT_TRUE(parse_report(to_text(json), "a"));
  const auto csv = samples_csv(report.samples);
  EXPECT_THAT(csv, StartsWith("metric,at_s,value,call\nresponse_gap_ms,0.000000,800.0000,0\n"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 21);
  const auto html = report_html(report);
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_THAT(html, HasSubstr("&lt;two&gt; stages"));
  EXPECT_THAT(html, Not(HasSubstr("http://www"))); // needs nothing from anywhere
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(report_text(report), HasSubstr("response_gap_ms"));
}

TEST_F(load_report_test, channels_are_never_in_one_percentile) {
  scenario.callers.push_back({.channel = call_channel::relay});
  scenario.thresholds = {*parse_threshold("relay.response_gap_ms.p95 <= 10"),
                         *parse_threshold("two: relay.response_gap_ms.max < 9")};
  record.calls[3].channel = record.calls[9].channel = call_channel::relay;
  for (int i = 0; i < 20; ++i)
    record.samples.push_back({load_metric::response_gap, 1.0 * i, i < 10 ? 5.0 : 9.0,
                              static_cast<uint64_t>(i), call_channel::relay});
  record.owners["relay.engine"] = {1, 2};
  const auto report = made();
  EXPECT_EQ(report.values.metrics.at("response_gap_ms").count, 20u);
  EXPECT_EQ(report.values.metrics.at("response_gap_ms").p50, 890);
  EXPECT_EQ(report.values.metrics.at("relay.response_gap_ms").p95, 9);
  EXPECT_EQ(report.stages[0].metrics.at("relay.response_gap_ms").max, 5);
  EXPECT_TRUE(report.thresholds[0].holds);
  EXPECT_FALSE(report.thresholds[1].holds);
  EXPECT_EQ(report.channels.at(call_channel::relay).placed, 2u);
  EXPECT_EQ(report.channels.at(call_channel::relay).failed, 1u);
  EXPECT_EQ(report.channels.at(call_channel::media_stream).completed, 18u);
  const auto text = report_text(report);
  for (const auto* part : {"  relay: 2 placed, 1 completed, 1 failed\n", "\n  media_stream\n",
                           "\n  relay\n", "gap of relay", "relay.engine"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(samples_csv(report.samples),
              HasSubstr("\nrelay.response_gap_ms,0.000000,5.0000,0\n"));
  EXPECT_THAT(report_html(report), HasSubstr("relay, response gap"));
}

TEST_F(load_report_test, an_empty_run_is_told_as_well) {
  record = {};
  const auto report = made();
  EXPECT_FALSE(report.valid);
  EXPECT_THAT(report_text(report), HasSubstr("0 placed"));
  EXPECT_THAT(report_html(report), HasSubstr("</html>"));
  EXPECT_EQ(samples_csv(report.samples), "metric,at_s,value,call\n");
}

TEST_F(load_report_test, compares_two_runs) {
  const auto a = report_json(made());
  for (auto& sample : record.samples)
    sample.value *= 2;
  scenario.seed = 2;
  const auto made_of_both = compare_reports(a, report_json(made()));
  for (const auto& row : made_of_both.rows)
    if (row.name == "response_gap_ms.p50") {
      EXPECT_EQ(row.a, 890);
      EXPECT_EQ(row.ratio, 2);
    }
  EXPECT_THAT(made_of_both.warnings, ::testing::ElementsAre("the seeds differ"));
}

TEST(compare_test, other_documents_are_refused_and_odd_ones_harmless) {
  for (const auto* text : {"", "5", "[]", "{}", R"({"schema":5})"})
    EXPECT_FALSE(parse_report(text, "x")) << text;
  const auto odd = parse_report(
      R"({"schema":"trunkline.bench_report.1","metrics":[1],
          "numbers":{"calls_failed":"x"},"facts":7})",
      "x");
  ASSERT_TRUE(odd);
  EXPECT_TRUE(compare_reports(*odd, *odd).rows.empty());
  std::ostringstream out, err;
  EXPECT_EQ(run_compare({"/nothing/a.json", "b.json", false}, out, err), 2);
  EXPECT_EQ(err.str(), "trunkline bench compare: cannot read /nothing/a.json\n");
}

TEST(svg_chart_test, nothing_to_show_is_nothing) {
  EXPECT_EQ(line_chart({"a", "b", "c"}, {{"x", {}}}), "");
  EXPECT_EQ(bar_chart({"a", "b", "c"}, {}), "");
  EXPECT_EQ(stacked_bar({"a", "b", "c"}, {{"x", 0}}), "");
  EXPECT_THAT(line_chart({"a", "b", "c"}, {{"x", {{1, 0}}}}), HasSubstr("<svg"));
}

} // namespace
} // namespace trunkline
