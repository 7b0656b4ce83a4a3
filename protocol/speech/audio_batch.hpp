#pragma once

#include "protocol/audio/mulaw.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace trunkline {

/// Joins a carrier's short frames for services that want longer messages.
class audio_batch {
public:
  explicit audio_batch(std::chrono::milliseconds length)
      : bytes_min_(static_cast<size_t>(length.count()) * mulaw_bytes_per_ms) {}

  /// What is to be sent now; empty while it is too short.
  std::vector<uint8_t> add(std::span<const uint8_t> mulaw) {
    pending_.insert(pending_.end(), mulaw.begin(), mulaw.end());
    return pending_.size() >= bytes_min_ ? take() : std::vector<uint8_t>{};
  }
  /// What there is, however short.
  std::vector<uint8_t> take() { return std::exchange(pending_, {}); }

private:
  const size_t bytes_min_;
  std::vector<uint8_t> pending_;
};

} // namespace trunkline
