#pragma once

#include "schema/records.hpp"

#include <caf/actor_system.hpp>

#include <string>
#include <vector>

namespace trunkline {

/// The registry, and what the process uses, in Prometheus' text format (version 0.0.4), escaped by
/// prometheus-cpp's serializer. Thread safe; costs about a millisecond, so not on a shard that
/// carries calls if avoidable.
std::string metrics_text(caf::actor_system& system);

/// Our own metrics (trunkline_*) as rows of system_metrics: counters and gauges by value,
/// histograms by count and sum. Labels are in additional_data.
std::vector<system_metric_record> metric_rows(caf::actor_system& system, timestamp now);

} // namespace trunkline
