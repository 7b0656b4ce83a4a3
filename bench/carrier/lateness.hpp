#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace trunkline {

/// How late frames left, counted to 10 µs, so that millions of them cost nothing to keep.
class lateness {
public:
  using duration = std::chrono::steady_clock::duration;

  void add(duration late) {
    const auto slot = static_cast<size_t>(late.count() > 0 ? late / step : 0);
    if (late > max_)
      max_ = late;
    ++counts_[slot < counts_.size() ? slot : counts_.size() - 1];
    ++total_;
  }

  void merge(const lateness& other) {
    for (size_t i = 0; i < counts_.size(); ++i)
      counts_[i] += other.counts_[i];
    total_ += other.total_;
    max_ = std::max(max_, other.max_);
  }

  uint64_t count() const { return total_; }
  duration max() const { return max_; }

  /// The least lateness that this share (0 to 1) of the frames did not exceed; beyond 100 ms the
  /// maximum.
  duration percentile(double share) const {
    const auto wanted = static_cast<uint64_t>(share * static_cast<double>(total_));
    uint64_t seen = 0;
    for (size_t i = 0; i + 1 < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted || seen == total_)
        return std::min<duration>((i + 1) * step, max_);
    }
    return max_;
  }

private:
  static constexpr std::chrono::microseconds step{10};

  std::vector<uint64_t> counts_ = std::vector<uint64_t>(10'001);
  uint64_t total_ = 0;
  duration max_{};
};

} // namespace trunkline
