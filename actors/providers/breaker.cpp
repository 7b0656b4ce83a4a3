#include "actors/providers/breaker.hpp"

#include <algorithm>

namespace trunkline {

namespace {

// Our own request was the trouble, or nobody's: says nothing about the service.
bool says_nothing(failure_kind kind) {
  return kind == failure_kind::too_large || kind == failure_kind::refused ||
         kind == failure_kind::cancelled;
}

} // namespace

std::string_view to_string(breaker_state state) {
  switch (state) {
  case breaker_state::closed:
    return "closed";
  case breaker_state::open:
    return "open";
  case breaker_state::half_open:
    break;
  }
  return "half_open";
}

breaker::breaker(breaker_settings settings, uint64_t seed)
    : settings_(settings), seed_(seed), next_open_(settings.open_first) {}

breaker_state breaker::state(time_point now) const {
  return state_ == breaker_state::open && now >= until_ ? breaker_state::half_open : state_;
}

void breaker::settle(time_point now) {
  if (state_ == breaker_state::open && now >= until_) {
    state_ = breaker_state::half_open;
    probing_ = good_probes_ = 0;
  }
}

bool breaker::usable(time_point now) const {
  switch (state(now)) {
  case breaker_state::closed:
    return true;
  case breaker_state::open:
    return false;
  case breaker_state::half_open:
    break;
  }
  return state_ == breaker_state::open || probing_ < settings_.probes_max;
}

bool breaker::begin(time_point now) {
  settle(now);
  if (!usable(now))
    return false;
  if (state_ == breaker_state::half_open)
    ++probing_;
  return true;
}

void breaker::good(time_point now, bool slow) {
  settle(now);
  in_row_ = 0;
  short_.add(now, !slow);
  long_.add(now, true);
  if (state_ == breaker_state::half_open) {
    probing_ -= probing_ > 0 ? 1 : 0;
    if (++good_probes_ >= settings_.good_to_close)
      reset();
  } else if (state_ == breaker_state::closed && slow) {
    const auto recent = short_.total(now);
    if (recent.good + recent.bad >= settings_.short_samples_min && recent.bad >= recent.good)
      open(now, next_open_, false);
  }
}

void breaker::failed(time_point now, const failure& why) {
  settle(now);
  if (says_nothing(why.kind)) {
    cancelled();
    return;
  }
  ++in_row_;
  short_.add(now, false);
  long_.add(now, false);
  if (why.kind == failure_kind::unauthorized || why.kind == failure_kind::quota) {
    open(now, settings_.open_when_refused, true);
  } else if (why.kind == failure_kind::rate_limited && why.retry_after.count() > 0) {
    open(now, std::min(why.retry_after, settings_.open_max), true);
  } else if (state_ == breaker_state::half_open) {
    open(now, next_open_, false);
  } else if (state_ == breaker_state::closed) {
    const auto recent = short_.total(now);
    const auto lately = long_.total(now);
    if (in_row_ >= settings_.failures_in_row ||
        (recent.good + recent.bad >= settings_.short_samples_min && recent.bad >= recent.good) ||
        (lately.good + lately.bad >= settings_.long_samples_min && lately.bad > lately.good))
      open(now, next_open_, false);
  }
}

void breaker::cancelled() {
  if (state_ == breaker_state::half_open && probing_ > 0)
    --probing_;
}

void breaker::open(time_point now, std::chrono::milliseconds length, bool exactly) {
  state_ = breaker_state::open;
  probing_ = good_probes_ = 0;
  if (!exactly) {
    next_open_ = std::min(2 * length, settings_.open_max);
    const auto factor = 1 + settings_.jitter * (2 * random() - 1);
    length = std::chrono::milliseconds{
        static_cast<int64_t>(static_cast<double>(length.count()) * factor)};
  }
  until_ = now + length;
}

void breaker::invite() {
  if (state_ != breaker_state::open)
    return;
  state_ = breaker_state::half_open;
  probing_ = good_probes_ = 0;
}

void breaker::trip(time_point now) {
  open(now, settings_.open_max, true);
}

void breaker::reset() {
  state_ = breaker_state::closed;
  in_row_ = probing_ = good_probes_ = 0;
  next_open_ = settings_.open_first;
  short_.clear();
  long_.clear();
}

// A linear congruential generator is random enough for spreading retries, and repeatable.
double breaker::random() {
  seed_ = seed_ * 6364136223846793005u + 1442695040888963407u;
  return static_cast<double>(seed_ >> 11) / static_cast<double>(uint64_t{1} << 53);
}

bool retry_budget::take(time_point now) {
  const auto requests = requests_.total(now).good;
  if (retries_.total(now).good >= std::max(requests / 10, 30u))
    return false;
  retries_.add(now, true);
  return true;
}

} // namespace trunkline
