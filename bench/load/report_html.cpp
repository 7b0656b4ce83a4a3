#include "bench/load/load_report.hpp"
#include "bench/load/svg_chart.hpp"

#include <algorithm>
#include <cmath>

namespace trunkline {

namespace {

constexpr size_t bins = 40, buckets_max = 120;

const char* const page_style = R"(<style>
body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid #ddd}
th:first-child,td:first-child{text-align:left}
svg{width:100%;margin:.6rem 0}
pre{background:#f5f5f5;padding:.8rem;overflow:auto}
.bad{color:#b00020;font-weight:bold}.good{color:#1b7837}
dl{display:grid;grid-template-columns:max-content auto;gap:.1rem 1rem}dt{color:#666}dd{margin:0}
</style>
)";

/// What a chart shows: never more than one channel.
struct shown_metric {
  load_metric what;
  call_channel channel;
  bool holds(const load_sample& sample) const {
    return sample.what == what && sample.channel == channel;
  }
};

std::vector<double> values_of(const load_report& report, const shown_metric& shown) {
  std::vector<double> values;
  for (const auto& sample : report.samples)
    if (shown.holds(sample))
      values.push_back(sample.value);
  return values;
}

// Median and 95th percentile of each stretch of the run.
std::string over_time(const load_report& report, const shown_metric& shown,
                      const std::string& title) {
  const auto step = round_up(std::max(report.seconds / buckets_max, 1.0));
  std::vector<std::vector<double>> buckets(static_cast<size_t>(report.seconds / step) + 2);
  for (const auto& sample : report.samples)
    if (shown.holds(sample))
      buckets[std::min(static_cast<size_t>(std::max(sample.at_s, 0.0) / step), buckets.size() - 1)]
          .push_back(sample.value);
  chart_line p50{"p50", {}}, p95{"p95", {}}, most{"max", {}};
  for (size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i].empty())
      continue;
    const auto at = (static_cast<double>(i) + 0.5) * step;
    const auto of = summarize(std::move(buckets[i]));
    p50.points.emplace_back(at, of.p50);
    p95.points.emplace_back(at, of.p95);
    most.points.emplace_back(at, of.max);
  }
  return line_chart({title, "seconds into the run", "ms"}, {p50, p95, most});
}

std::string latency_charts(const load_report& report) {
  std::string text;
  const std::pair<load_metric, const char*> shown[]{
      {load_metric::response_gap, "response gap: last word to first sound or text of the answer"},
      {load_metric::added, "added: response gap less what services and settings take"},
      {load_metric::round_trip, "round trip of media"},
      {load_metric::greeting, "greeting: answered to first sound"},
      {load_metric::barge_in_stop, "barge-in: first sound of the caller to silence of the agent"},
      {load_metric::webhook, "webhook answered"},
      {load_metric::page_webhook, "a later webhook answered"}};
  for (const auto& [channel, calls] : report.channels)
    for (const auto& [what, about] : shown) {
      const auto title = std::string{to_string(channel)} + ", " + about;
      const shown_metric metric{what, channel};
      text += bar_chart({title, "ms", "samples"}, make_histogram(values_of(report, metric), bins));
      text += over_time(report, metric, title + ", over time");
    }
  return text;
}

std::string use_charts(const load_report& report) {
  chart_line live{"live", {}}, streaming{"with media", {}}, failed{"failed so far", {}};
  chart_line generator{"generator", {}}, server{"server", {}}, memory{"server", {}};
  const load_moment* before = nullptr;
  for (const auto& moment : report.moments) {
    live.points.emplace_back(moment.at_s, static_cast<double>(moment.live));
    streaming.points.emplace_back(moment.at_s, static_cast<double>(moment.streaming));
    failed.points.emplace_back(moment.at_s, static_cast<double>(moment.failed));
    if (moment.server.rss_bytes > 0)
      memory.points.emplace_back(moment.at_s, static_cast<double>(moment.server.rss_bytes) / 1e6);
    if (before && moment.at_s > before->at_s + 0.2) {
      const auto percent = 100 / (moment.at_s - before->at_s);
      generator.points.emplace_back(moment.at_s,
                                    percent * (moment.generator_cpu_s - before->generator_cpu_s));
      if (moment.server.rss_bytes > 0 && before->server.rss_bytes > 0)
        server.points.emplace_back(moment.at_s,
                                   percent * (moment.server.cpu_s - before->server.cpu_s));
    }
    before = &moment;
  }
  const std::string x = "seconds into the run";
  return line_chart({"calls", x, "calls"}, {live, streaming, failed}) +
         line_chart({"CPU", x, "% of a core"}, {generator, server}) +
         line_chart({"memory", x, "MB"}, {memory});
}

std::string facts_list(const load_report& report) {
  const auto& facts = report.facts;
  const std::pair<const char*, std::string> rows[]{
      {"scenario", report.scenario + " " + report.scenario_hash},
      {"plan", report.plan_hash + ", seed " + std::to_string(report.seed)},
      {"target", facts.target},
      {"started", facts.started},
      {"revision", facts.revision + ", " + facts.build_type + ", " + facts.compiler},
      {"machine", facts.kernel + ", " + std::to_string(facts.cores) + " cores, " + facts.processor},
      {"command", facts.command}};
  std::string text = "<dl>";
  for (const auto& [name, value] : rows)
    text += "<dt>" + std::string{name} + "</dt><dd>" + html_text(value) + "</dd>";
  return text + "</dl>\n";
}

std::string metric_table(const load_report& report) {
  std::string text = "<table><tr><th>on the caller's clock<th>samples<th>p50<th>p90<th>p95<th>p99"
                     "<th>max</tr>\n";
  for (const auto& [name, of] : report.values.metrics) {
    text += "<tr><td>" + html_text(name) + "<td>" + std::to_string(of.count);
    for (const auto value : {of.p50, of.p90, of.p95})
      text += "<td>" + plain_number(value);
    text += "<td>" + (of.p99 ? plain_number(*of.p99) : std::string{"-"}) + "<td>" +
            plain_number(of.max) + "</tr>\n";
  }
  return text + "</table>\n";
}

std::string verdict(const load_report& report) {
  std::string text;
  for (const auto& problem : report.problems)
    text += "<p class=bad>Not valid: " + html_text(problem) + "</p>\n";
  for (const auto& one : report.thresholds)
    text += std::string{"<div class="} + (one.holds ? "good" : "bad") + ">" +
            html_text(one.to_string()) + "</div>\n";
  return text;
}

} // namespace

std::string report_html(const load_report& report) {
  std::vector<std::pair<std::string, double>> owners;
  for (const auto& [owner, ms] : report.owners)
    owners.emplace_back(owner, std::round(ms.mean));
  auto text = "<!doctype html><html lang=en><meta charset=utf-8><title>" +
              html_text(report.scenario) + "</title>" + page_style + "<h1>" +
              html_text(report.scenario) + "</h1>\n<p>" + html_text(report.about) + "</p>\n";
  text += verdict(report) + metric_table(report);
  text += stacked_bar({"who owns an answer, mean", "ms", ""}, owners);
  text += latency_charts(report) + use_charts(report);
  text += "<pre>" + html_text(report_text(report)) + "</pre>\n" + facts_list(report);
  return text + "</html>\n";
}

} // namespace trunkline
