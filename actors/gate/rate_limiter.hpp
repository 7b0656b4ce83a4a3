#pragma once

#include <chrono>
#include <string>
#include <unordered_map>

namespace trunkline {

/// A token bucket: `rate` a second on average, `burst` at once. Pure.
class token_bucket {
public:
  using time_point = std::chrono::steady_clock::time_point;
  token_bucket(double rate, double burst) : rate_(rate), burst_(burst), tokens_(burst) {}
  bool take(time_point now);
  bool full(time_point now) const;

private:
  double rate_, burst_, tokens_;
  time_point last_{};
};

/// One bucket a key (source number, address). Keeps at most `keys_max` keys: full buckets are
/// forgotten first, and when all are in use a new key is refused.
class keyed_rate_limiter {
public:
  using time_point = token_bucket::time_point;
  keyed_rate_limiter(double rate, double burst, size_t keys_max = 100000)
      : rate_(rate), burst_(burst), keys_max_(keys_max) {}
  bool take(const std::string& key, time_point now);

private:
  double rate_, burst_;
  size_t keys_max_;
  std::unordered_map<std::string, token_bucket> buckets_;
};

} // namespace trunkline
