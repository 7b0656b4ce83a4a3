#include "bench/load/load_report.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace trunkline {

namespace {

using nlohmann::json;

// Four digits after the point: a tenth of a microsecond.
json number(double value) {
  return std::round(value * 1e4) / 1e4;
}

json number(const std::optional<double>& value) {
  return value ? number(*value) : json{};
}

json to_json(const summary& of) {
  return {{"count", of.count},     {"min", number(of.min)}, {"mean", number(of.mean)},
          {"p50", number(of.p50)}, {"p90", number(of.p90)}, {"p95", number(of.p95)},
          {"p99", number(of.p99)}, {"max", number(of.max)}};
}

json to_json(const std::map<std::string, summary>& metrics) {
  auto all = json::object();
  for (const auto& [name, one] : metrics)
    all[name] = to_json(one);
  return all;
}

json to_json(const call_counts& calls) {
  return {{"placed", calls.placed},     {"completed", calls.completed},
          {"failed", calls.failed},     {"server_ended", calls.server_ended},
          {"rejected", calls.rejected}, {"cut", calls.cut}};
}

json to_json(const std::map<call_channel, call_counts>& channels) {
  auto all = json::object();
  for (const auto& [channel, calls] : channels)
    all[std::string{to_string(channel)}] = to_json(calls);
  return all;
}

json to_json(const server_use& use) {
  return {{"cpu_s", number(use.cpu_s)},
          {"call_minutes", number(use.call_minutes)},
          {"cpu_s_per_call_minute", number(use.cpu_s_per_call_minute)}};
}

json to_json(const stage_report& stage) {
  return {{"name", stage.name},
          {"arrival", stage.arrival},
          {"from_s", number(stage.window.from_s)},
          {"to_s", number(stage.window.to_s)},
          {"calls", to_json(stage.calls)},
          {"live_max", stage.live_max},
          {"metrics", to_json(stage.metrics)},
          {"server", to_json(stage.server)}};
}

json to_json(const run_facts& facts) {
  return {
      {"revision", facts.revision}, {"build_type", facts.build_type}, {"compiler", facts.compiler},
      {"kernel", facts.kernel},     {"processor", facts.processor},   {"cores", facts.cores},
      {"threads", facts.threads},   {"command", facts.command},       {"target", facts.target},
      {"started", facts.started},   {"server_pid", facts.server_pid}};
}

json thresholds_json(const std::vector<threshold_result>& thresholds) {
  auto all = json::array();
  for (const auto& one : thresholds)
    all.push_back({{"where", one.what.where},
                   {"text", one.what.text},
                   {"value", number(one.value)},
                   {"holds", one.holds}});
  return all;
}

json moments_json(const load_report& report) {
  auto all = json::array();
  for (const auto& moment : report.moments)
    all.push_back({{"at_s", number(moment.at_s)},
                   {"live", moment.live},
                   {"streaming", moment.streaming},
                   {"placed", moment.placed},
                   {"failed", moment.failed},
                   {"generator_cpu_s", number(moment.generator_cpu_s)},
                   {"server_cpu_s", number(moment.server.cpu_s)},
                   {"server_rss_bytes", moment.server.rss_bytes},
                   {"server_threads", moment.server.threads},
                   {"server_descriptors", moment.server.descriptors}});
  return all;
}

} // namespace

std::string plain_number(double value) {
  char text[40];
  const auto size = std::fabs(value);
  const int digits = size >= 100 || value == std::floor(value) ? 0 : size >= 1 ? 1 : 4;
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

nlohmann::json report_json(const load_report& report) {
  auto numbers = json::object();
  for (const auto& [name, value] : report.values.numbers)
    numbers[name] = number(value);
  auto stages = json::array();
  for (const auto& stage : report.stages)
    stages.push_back(to_json(stage));
  auto server = to_json(report.server);
  server["rss_first_bytes"] = report.server_rss_first;
  server["rss_max_bytes"] = report.server_rss_max;
  server["rss_last_bytes"] = report.server_rss_last;
  return {{"schema", "trunkline.bench_report.1"},
          {"facts", to_json(report.facts)},
          {"scenario",
           {{"name", report.scenario},
            {"about", report.about},
            {"hash", report.scenario_hash},
            {"plan_hash", report.plan_hash},
            {"seed", report.seed}}},
          {"valid", report.valid},
          {"partial", report.partial},
          {"exit_status", report.exit_status()},
          {"problems", report.problems},
          {"seconds", number(report.seconds)},
          {"calls", to_json(report.calls)},
          {"channels", to_json(report.channels)},
          {"numbers", std::move(numbers)},
          {"metrics", to_json(report.values.metrics)},
          {"owners_ms", to_json(report.owners)},
          {"stages", std::move(stages)},
          {"thresholds", thresholds_json(report.thresholds)},
          {"reasons", report.reasons},
          {"generator",
           {{"late_ms_p50", number(report.late_p50_ms)},
            {"late_ms_p99", number(report.late_p99_ms)},
            {"late_ms_max", number(report.late_max_ms)},
            {"frames_sent", report.frames_sent},
            {"beats", report.beats},
            {"cpu_s", number(report.generator_cpu_s)}}},
          {"server", std::move(server)},
          {"moments", moments_json(report)}};
}

std::string samples_csv(const std::vector<load_sample>& samples) {
  std::string text = "metric,at_s,value,call\n";
  char line[120];
  for (const auto& sample : samples) {
    std::snprintf(line, sizeof line, "%s,%.6f,%.4f,%llu\n",
                  metric_name(sample.channel, static_cast<size_t>(sample.what)).c_str(),
                  sample.at_s, sample.value, static_cast<unsigned long long>(sample.call));
    text += line;
  }
  return text;
}

} // namespace trunkline
