#include "bench/load/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace trunkline {

double nearest_rank(const std::vector<double>& sorted, double share) {
  if (sorted.empty())
    return 0;
  const auto rank = std::ceil(share * static_cast<double>(sorted.size()) - 1e-9);
  return sorted[std::min(static_cast<size_t>(std::max(rank, 1.0)), sorted.size()) - 1];
}

summary summarize(std::vector<double> samples) {
  summary made;
  made.count = samples.size();
  if (samples.empty())
    return made;
  std::sort(samples.begin(), samples.end());
  made.min = samples.front();
  made.max = samples.back();
  made.mean =
      std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(made.count);
  made.p50 = nearest_rank(samples, 0.50);
  made.p90 = nearest_rank(samples, 0.90);
  made.p95 = nearest_rank(samples, 0.95);
  if (made.count >= p99_samples_min)
    made.p99 = nearest_rank(samples, 0.99);
  return made;
}

std::optional<double> summary::part(std::string_view name) const {
  if (name == "count")
    return static_cast<double>(count);
  if (count == 0)
    return std::nullopt;
  if (name == "p99")
    return p99;
  const auto value = name == "min"    ? &min
                     : name == "mean" ? &mean
                     : name == "p50"  ? &p50
                     : name == "p90"  ? &p90
                     : name == "p95"  ? &p95
                     : name == "max"  ? &max
                                      : nullptr;
  return value ? std::optional{*value} : std::nullopt;
}

double round_up(double value) {
  if (!(value > 0))
    return 1;
  const auto power = std::pow(10.0, std::floor(std::log10(value)));
  for (const auto times : {1.0, 2.0, 5.0})
    if (times * power >= value * (1 - 1e-9))
      return times * power;
  return 10 * power;
}

histogram make_histogram(std::vector<double> samples, size_t bins) {
  histogram made;
  if (samples.empty() || bins == 0)
    return made;
  std::sort(samples.begin(), samples.end());
  const auto top = std::max(nearest_rank(samples, 0.995), 1e-3);
  made.bin_width = round_up(top / static_cast<double>(bins));
  made.counts.resize(static_cast<size_t>(top / made.bin_width) + 1);
  for (const auto sample : samples) {
    const auto bin = static_cast<size_t>(std::max(sample, 0.0) / made.bin_width);
    ++made.counts[std::min(bin, made.counts.size() - 1)];
  }
  return made;
}

} // namespace trunkline
