#include "bench/load/threshold.hpp"

#include "bench/load/load_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace trunkline {

namespace {

using relation = threshold::relation;

constexpr std::array<std::pair<std::string_view, relation>, 5> relations{
    {{"<=", relation::at_most},
     {">=", relation::at_least},
     {"==", relation::equal},
     {"<", relation::less},
     {">", relation::more}}};
constexpr std::array<std::string_view, load_metric_count> metrics{
    "response_gap_ms",  "added_ms",       "reply_done_ms", "greeting_ms", "dead_air_ms",
    "barge_in_stop_ms", "clear_ms",       "round_trip_ms", "webhook_ms",  "page_webhook_ms",
    "stream_open_ms",   "playout_gap_ms", "call_s"};
constexpr std::array<std::string_view, 8> parts{"count", "min", "mean", "p50",
                                                "p90",   "p95", "p99",  "max"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names)
    all += (all.empty() ? "" : ", ") + name;
  return all;
}

bool holds(const threshold& what, double value) {
  switch (what.is) {
  case relation::less:
    return value < what.limit;
  case relation::at_most:
    return value <= what.limit;
  case relation::equal:
    return value == what.limit;
  case relation::at_least:
    return value >= what.limit;
  case relation::more:
    return value > what.limit;
  }
  return false;
}

} // namespace

std::string channel_name(call_channel channel, std::string_view what) {
  auto name = channel == call_channel::media_stream ? "" : std::string{to_string(channel)} + ".";
  return name.append(what);
}

const std::vector<std::string>& metric_names() {
  static const auto names = [] {
    std::vector<std::string> all;
    for (const auto channel : call_channels)
      for (const auto metric : metrics)
        all.push_back(channel_name(channel, metric));
    return all;
  }();
  return names;
}

const std::string& metric_name(call_channel channel, size_t number) {
  return metric_names().at(static_cast<size_t>(channel) * load_metric_count + number);
}

std::optional<call_channel> channel_of(std::string_view metric) {
  const auto& names = metric_names();
  const auto found = std::find(names.begin(), names.end(), metric);
  if (found == names.end())
    return std::nullopt;
  return call_channels[static_cast<size_t>(found - names.begin()) / load_metric_count];
}

const std::vector<std::string>& number_names() {
  static const std::vector<std::string> names{"calls_placed",
                                              "calls_completed",
                                              "calls_failed",
                                              "calls_failed_percent",
                                              "calls_rejected",
                                              "calls_live_max",
                                              "turns_unanswered",
                                              "playout_gaps",
                                              "fillers",
                                              "messages_malformed",
                                              "side_effects",
                                              "side_effects_doubled",
                                              "webhooks_per_s",
                                              "server_cpu_s_per_call_minute",
                                              "server_kb_per_call",
                                              "server_growth_bytes_per_call",
                                              "server_threads_left",
                                              "server_descriptors_left",
                                              "server_actors_left",
                                              "generator_late_ms_p99"};
  return names;
}

result<threshold> parse_threshold(std::string_view text) {
  const auto bad = [](std::string why) { return failure{failure_kind::bad_input, std::move(why)}; };
  threshold made;
  made.text = trimmed(text);
  if (const auto colon = text.find(':'); colon != text.npos) {
    made.stage = trimmed(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  for (const auto& [sign, is] : relations) {
    const auto at = text.find(sign);
    if (at == text.npos)
      continue;
    made.is = is;
    const auto left = trimmed(text.substr(0, at)), right = trimmed(text.substr(at + sign.size()));
    const auto* end = right.data() + right.size();
    const auto [stop, error] = std::from_chars(right.data(), end, made.limit);
    if (right.empty() || error != std::errc{} || stop != end)
      return bad("\"" + std::string{right} + "\" is not a number");
    const auto dot = left.rfind('.');
    const bool whole = dot == left.npos || contains(metric_names(), left);
    made.metric = whole ? left : left.substr(0, dot);
    made.part = whole ? "" : left.substr(dot + 1);
    if (contains(number_names(), made.metric)) {
      if (!made.part.empty())
        return bad(made.metric + " is one number and has no ." + made.part);
      return made;
    }
    if (!contains(metric_names(), made.metric))
      return bad("there is no \"" + made.metric + "\"; there are " +
                 listed({metrics.begin(), metrics.end()}) + ", each also as relay. and gather., " +
                 listed(number_names()));
    if (std::find(parts.begin(), parts.end(), made.part) == parts.end())
      return bad(made.metric + " needs one of .count .min .mean .p50 .p90 .p95 .p99 .max");
    return made;
  }
  return bad("a threshold reads like \"response_gap_ms.p95 <= 1200\"");
}

std::vector<threshold_result> check(const std::vector<threshold>& thresholds,
                                    const measured_values& whole) {
  std::vector<threshold_result> results;
  for (const auto& what : thresholds) {
    auto& made = results.emplace_back(threshold_result{what, {}, false});
    const auto stage = whole.stages.find(what.stage);
    const auto& values = stage == whole.stages.end() ? whole : stage->second;
    if (const auto metric = values.metrics.find(what.metric); metric != values.metrics.end())
      made.value = metric->second.part(what.part);
    else if (const auto number = values.numbers.find(what.metric); number != values.numbers.end())
      made.value = number->second;
    else if (what.part == "count")
      made.value = 0;
    made.holds = made.value && holds(what, *made.value);
  }
  return results;
}

std::string threshold_result::to_string() const {
  auto line = (what.where.empty() ? "" : what.where + ": ") + what.text + ": ";
  if (!value)
    return line + "not known, too few samples";
  char number[40];
  std::snprintf(number, sizeof number, "%.6g", *value);
  return line + number + (holds ? ", holds" : ", broken");
}

} // namespace trunkline
