#pragma once

#include "bench/carrier/call_channel.hpp"
#include "bench/load/statistics.hpp"
#include "schema/failure.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// A promise that a run is held to: "response_gap_ms.p95 <= 1200"; or one of its stages:
/// "beyond: calls_failed == 0".
struct threshold {
  enum class relation { less, at_most, equal, at_least, more };
  std::string text{};   ///< as it was written
  std::string stage{};  ///< by name; empty: the whole run
  std::string metric{}; ///< "response_gap_ms", "relay.response_gap_ms", "calls_failed"
  std::string part{};   ///< "p95", "max", "count"; empty for a plain number
  relation is = relation::at_most;
  double limit = 0;
  std::string where{}; ///< "hold.toml:12"
};

/// What a run came to, by name.
struct measured_values {
  std::map<std::string, summary> metrics;          ///< "response_gap_ms"
  std::map<std::string, double> numbers;           ///< "calls_failed"
  std::map<std::string, measured_values> stages{}; ///< by name; less is known of a stage
};

struct threshold_result {
  threshold what;
  std::optional<double> value; ///< nothing: too few samples to say
  bool holds = false;
  std::string to_string() const; ///< "hold.toml:12: response_gap_ms.p95 <= 1200: 843.1, holds"
};

/// The names a threshold may use: metrics by channel, "webhook_ms", "relay.webhook_ms".
const std::vector<std::string>& metric_names();
/// How something is called that is told by channel: "engine", "relay.engine".
std::string channel_name(call_channel channel, std::string_view what);
/// Metric `number`, in the order of load_metric, as it is called on that channel.
const std::string& metric_name(call_channel channel, size_t number);
/// The channel of a metric; nothing for another name.
std::optional<call_channel> channel_of(std::string_view metric);
const std::vector<std::string>& number_names();

/// bad_input says what is wrong, without a place.
result<threshold> parse_threshold(std::string_view text);

std::vector<threshold_result> check(const std::vector<threshold>& thresholds,
                                    const measured_values& whole);

} // namespace trunkline
