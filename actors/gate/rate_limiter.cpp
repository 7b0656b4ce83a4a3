#include "actors/gate/rate_limiter.hpp"

#include <algorithm>

namespace trunkline {

namespace {

double refilled(double tokens, double rate, double burst, token_bucket::time_point last,
                token_bucket::time_point now) {
  if (last == token_bucket::time_point{})
    return burst;
  const auto passed = std::chrono::duration<double>(now - last).count();
  return std::min(burst, tokens + rate * std::max(passed, 0.0));
}

} // namespace

bool token_bucket::take(time_point now) {
  tokens_ = refilled(tokens_, rate_, burst_, last_, now);
  last_ = now;
  if (tokens_ < 1)
    return false;
  tokens_ -= 1;
  return true;
}

bool token_bucket::full(time_point now) const {
  return refilled(tokens_, rate_, burst_, last_, now) >= burst_;
}

bool keyed_rate_limiter::take(const std::string& key, time_point now) {
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= keys_max_)
      std::erase_if(buckets_, [&](const auto& one) { return one.second.full(now); });
    if (buckets_.size() >= keys_max_)
      return false;
    found = buckets_.emplace(key, token_bucket{rate_, burst_}).first;
  }
  return found->second.take(now);
}

} // namespace trunkline
