#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace trunkline {

/// Fewer samples than this say nothing about one in a hundred.
inline constexpr size_t p99_samples_min = 1000;

/// Percentiles are samples (nearest rank), not estimates.
struct summary {
  size_t count = 0;
  double min = 0, mean = 0, p50 = 0, p90 = 0, p95 = 0, max = 0;
  std::optional<double> p99; ///< from 1,000 samples on

  /// "p95", "count" ...; nothing for an unknown part, and when there are too few samples for it.
  std::optional<double> part(std::string_view name) const;
};

summary summarize(std::vector<double> samples);

/// The smallest sample that at least this share (0 to 1] of the sorted samples does not exceed; 0
/// for none.
double nearest_rank(const std::vector<double>& sorted, double share);

/// Counts of equal bins from zero on; the last also holds what is beyond.
struct histogram {
  double bin_width = 0;
  std::vector<size_t> counts;
};
/// About `bins` bins of a round width, up to the 99.5th percentile.
histogram make_histogram(std::vector<double> samples, size_t bins);

/// 1, 2 or 5 times a power of ten, at least `value`.
double round_up(double value);

} // namespace trunkline
