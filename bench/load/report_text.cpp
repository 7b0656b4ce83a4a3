#include "bench/load/load_report.hpp"

#include <algorithm>
#include <cstdio>

namespace trunkline {

namespace {

constexpr size_t reasons_shown = 10;

std::string padded(std::string text, size_t width, bool right = true) {
  if (text.size() < width)
    text.insert(right ? 0 : text.size(), width - text.size(), ' ');
  return text + " ";
}

std::string metric_row(const std::string& name, const summary& of) {
  auto row = "  " + padded(name, 17, false) + padded(std::to_string(of.count), 8);
  for (const auto value : {of.p50, of.p90, of.p95})
    row += padded(plain_number(value), 9);
  row += padded(of.p99 ? plain_number(*of.p99) : "-", 9) + padded(plain_number(of.max), 9);
  return row + "\n";
}

// Each channel's own; a run of one channel needs no headline but where the names say nothing.
std::string metric_table(const load_report& report) {
  const auto& metrics = report.values.metrics;
  std::string text = "  " + padded("", 17) + padded("samples", 8) + padded("p50", 9) +
                     padded("p90", 9) + padded("p95", 9) + padded("p99", 9) + padded("max", 9) +
                     "\n";
  for (const auto channel : call_channels) {
    std::string rows;
    for (size_t i = 0; i < load_metric_count; ++i)
      if (const auto found = metrics.find(metric_name(channel, i)); found != metrics.end())
        rows += metric_row(metric_name(call_channel::media_stream, i), found->second);
    if (!rows.empty() && (report.channels.size() > 1 || channel != call_channel::media_stream))
      text += "  " + std::string{to_string(channel)} + "\n";
    text += rows;
  }
  return text;
}

std::string gap_columns(const stage_report& stage, call_channel channel) {
  const auto gap = stage.metrics.find(channel_name(channel, "response_gap_ms"));
  const bool known = gap != stage.metrics.end();
  return padded(known ? plain_number(gap->second.p50) : "-", 9) +
         padded(known ? plain_number(gap->second.p95) : "-", 9);
}

std::string stage_table(const load_report& report) {
  auto text = "  " + padded("stage", 14, false) + padded("arrival", 9, false) +
              padded("placed", 8) + padded("live max", 9) + padded("failed", 8) +
              padded("rejected", 9) + padded("gap p50", 9) + padded("gap p95", 9) +
              padded("CPU s/min", 10) + "\n";
  for (const auto& stage : report.stages) {
    auto channel = report.channels.begin(); // of a mixture, the others follow
    text += "  " + padded(stage.name, 14, false) + padded(stage.arrival, 9, false) +
            padded(std::to_string(stage.calls.placed), 8) +
            padded(std::to_string(stage.live_max), 9) +
            padded(std::to_string(stage.calls.failed), 8) +
            padded(std::to_string(stage.calls.rejected), 9) +
            (report.channels.empty() ? padded("-", 9) + padded("-", 9)
                                     : gap_columns(stage, channel->first)) +
            padded(stage.server.cpu_s_per_call_minute
                       ? plain_number(*stage.server.cpu_s_per_call_minute)
                       : "-",
                   10) +
            "\n";
    if (!report.channels.empty())
      while (++channel != report.channels.end())
        text += "  " + padded("", 14) + padded("", 9) +
                padded("gap of " + std::string{to_string(channel->first)}, 37) +
                gap_columns(stage, channel->first) + "\n";
  }
  return text;
}

std::string calls_line(const load_report& report) {
  const auto& calls = report.calls;
  auto text = "calls: " + std::to_string(calls.placed) + " placed, " +
              std::to_string(calls.completed) + " completed, " + std::to_string(calls.failed) +
              " failed";
  for (const auto& [name, count] :
       {std::pair{"ended by the server", calls.server_ended}, std::pair{"rejected", calls.rejected},
        std::pair{"cut", calls.cut}})
    if (count > 0)
      text += ", " + std::to_string(count) + " " + name;
  const auto& numbers = report.values.numbers;
  return text + "; " + plain_number(numbers.at("calls_live_max")) + " at once, " +
         plain_number(numbers.at("turns_unanswered")) + " turns unanswered, " +
         plain_number(numbers.at("playout_gaps")) + " playout gaps\n";
}

/// Nothing for a run of calls by media_stream.
std::string channel_lines(const load_report& report) {
  std::string text;
  for (const auto& [channel, calls] : report.channels)
    if (report.channels.size() > 1 || channel != call_channel::media_stream)
      text += "  " + std::string{to_string(channel)} + ": " + std::to_string(calls.placed) +
              " placed, " + std::to_string(calls.completed) + " completed, " +
              std::to_string(calls.failed) + " failed\n";
  const auto& numbers = report.values.numbers;
  if (!text.empty())
    text += "  " + plain_number(numbers.at("webhooks_per_s")) + " webhooks a second, " +
            plain_number(numbers.at("fillers")) + " fillers, " +
            plain_number(numbers.at("messages_malformed")) + " malformed messages\n";
  return text;
}

std::string server_line(const load_report& report) {
  if (report.server_rss_max == 0)
    return {};
  const auto& numbers = report.values.numbers;
  auto text = "server: " + plain_number(report.server.cpu_s) + " CPU s";
  if (report.server.cpu_s_per_call_minute)
    text += ", " + plain_number(*report.server.cpu_s_per_call_minute) + " per call-minute";
  text += ", memory " + plain_number(static_cast<double>(report.server_rss_first) / 1e6) + " to " +
          plain_number(static_cast<double>(report.server_rss_max) / 1e6) + " MB";
  if (const auto each = numbers.find("server_kb_per_call"); each != numbers.end())
    text += ", " + plain_number(each->second) + " KB per call";
  return text + "\n";
}

std::string reason_lines(const load_report& report) {
  std::vector<std::pair<uint64_t, std::string>> reasons;
  for (const auto& [why, count] : report.reasons)
    reasons.emplace_back(count, why);
  std::sort(reasons.rbegin(), reasons.rend());
  std::string text;
  for (size_t i = 0; i < reasons.size() && i < reasons_shown; ++i)
    text += "  " + std::to_string(reasons[i].first) + " x " + reasons[i].second + "\n";
  return text;
}

} // namespace

std::string report_text(const load_report& report) {
  auto text = report.scenario + " (" + report.scenario_hash + ", seed " +
              std::to_string(report.seed) + ", plan " + report.plan_hash + ") against " +
              report.facts.target + "\n" + report.facts.revision + " " + report.facts.build_type +
              ", " + report.facts.kernel + ", " + std::to_string(report.facts.cores) + " cores, " +
              plain_number(report.seconds) + " s\n\n";
  text += calls_line(report) + channel_lines(report) + reason_lines(report) + "\n" +
          metric_table(report);
  if (!report.owners.empty()) {
    text += "\n  who owns an answer's milliseconds, as the engine tells it\n";
    for (const auto& [owner, ms] : report.owners)
      text += metric_row(owner, ms);
  }
  if (report.stages.size() > 1)
    text += "\n" + stage_table(report);
  text += "\n" + server_line(report);
  text += "generator: beats late by p50 " + plain_number(report.late_p50_ms) + ", p99 " +
          plain_number(report.late_p99_ms) + ", max " + plain_number(report.late_max_ms) +
          " ms of " + std::to_string(report.beats) + ", " + std::to_string(report.frames_sent) +
          " frames; " + plain_number(report.generator_cpu_s) + " CPU s\n";
  if (!report.thresholds.empty())
    text += "\nthresholds\n";
  for (const auto& one : report.thresholds)
    text += (one.holds ? "  ok      " : "  BROKEN  ") + one.to_string() + "\n";
  for (const auto& problem : report.problems)
    text += "NOT VALID: " + problem + "\n";
  return text;
}

} // namespace trunkline
