#pragma once

#include "schema/failure.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline {

enum class breaker_state { closed, open, half_open };
std::string_view to_string(breaker_state state);

struct breaker_settings {
  unsigned failures_in_row = 5;
  unsigned short_samples_min = 10; ///< of the last 10 s: half of them failed or slow
  unsigned long_samples_min = 20;  ///< of the last 5 min: more than half failed
  std::chrono::milliseconds open_first{5000};
  std::chrono::milliseconds open_max{60000};
  double jitter = 0.2;                                ///< of the open time, either way
  std::chrono::milliseconds open_when_refused{60000}; ///< credentials or money: at once
  unsigned probes_max = 2;                            ///< requests at a time while half-open
  unsigned good_to_close = 3;
};

/// Good and bad outcomes of the last stretch of time, in slices. Pure.
template<size_t Slices>
class rolling_count {
public:
  using time_point = std::chrono::steady_clock::time_point;
  explicit rolling_count(std::chrono::milliseconds slice) : slice_(slice) {}

  void add(time_point now, bool good) {
    auto& one = at(now);
    ++(good ? one.good : one.bad);
  }
  struct sums {
    unsigned good = 0, bad = 0;
  };
  sums total(time_point now) const {
    const auto last = index(now);
    sums all;
    for (const auto& one : slices_)
      if (one.index + static_cast<int64_t>(Slices) > last && one.index <= last) {
        all.good += one.good;
        all.bad += one.bad;
      }
    return all;
  }
  void clear() { slices_ = {}; }

private:
  struct slice {
    int64_t index = -static_cast<int64_t>(Slices) - 1;
    unsigned good = 0, bad = 0;
  };
  int64_t index(time_point now) const { return now.time_since_epoch() / slice_; }
  slice& at(time_point now) {
    const auto i = index(now);
    auto& one = slices_[static_cast<size_t>(i) % Slices];
    if (one.index != i)
      one = {i, 0, 0};
    return one;
  }

  std::chrono::milliseconds slice_;
  std::array<slice, Slices> slices_{};
};

/// Whether one provider endpoint is worth asking. Pure: times in, decisions out.
///
///   closed ──failures──► open ──its time over──► half-open ──3 good──► closed
///                          ▲                         │
///                          └──────── a failure ──────┘   (and its time doubles, to 60 s)
///
/// A failure opens it when it is the fifth in a row, or with it at least half of ten or more
/// outcomes of the last 10 s were bad or slow, or more than half of twenty or more of the last
/// 5 min. Refused credentials and spent quotas open it at once, for 60 s; a rate limit with a time
/// for that time. Requests that were our own fault (too large, refused content) say nothing.
class breaker {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit breaker(breaker_settings settings = {}, uint64_t seed = 1);

  breaker_state state(time_point now) const;
  /// A request may be sent. While half-open this takes one of the probes: every begin() is followed
  /// by exactly one good(), failed() or cancelled().
  bool begin(time_point now);
  bool usable(time_point now) const;
  void good(time_point now, bool slow);
  void failed(time_point now, const failure& why);
  /// The outcome stays unknown.
  void cancelled();

  /// Somebody has tried the service and it answers: half-open before its time is over.
  void invite();

  /// By hand: open for the longest time; closed, with its memory cleared.
  void trip(time_point now);
  void reset();

  /// When an open one may be tried again.
  time_point opens_until() const { return until_; }
  unsigned failures_in_row() const { return in_row_; }

private:
  void open(time_point now, std::chrono::milliseconds length, bool exactly);
  void settle(time_point now);
  double random();

  breaker_settings settings_;
  uint64_t seed_;
  breaker_state state_ = breaker_state::closed;
  time_point until_{};
  std::chrono::milliseconds next_open_;
  unsigned in_row_ = 0, probing_ = 0, good_probes_ = 0;
  rolling_count<10> short_{std::chrono::seconds{1}};
  rolling_count<30> long_{std::chrono::seconds{10}};
};

/// Retries may be at most a tenth of the requests of the last 10 s, but always 3 a second. Pure.
class retry_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;
  void on_request(time_point now) { requests_.add(now, true); }
  bool take(time_point now);

private:
  rolling_count<10> requests_{std::chrono::seconds{1}};
  rolling_count<10> retries_{std::chrono::seconds{1}};
};

} // namespace trunkline
