#include "actors/media/recording_mix.hpp"

#include "protocol/audio/mulaw.hpp"

#include <algorithm>

namespace trunkline {

namespace {

constexpr int64_t per_ms = mulaw_bytes_per_ms;
// Timestamps are rounded, and frames follow each other: a smaller difference is none.
constexpr int64_t rounding = 10 * per_ms;
// The least delay is that of the last 10 to 20 seconds, so that a clock that runs differently does
// not add up.
constexpr milliseconds stretch_length{10000};

} // namespace

void recording_mix::caller(milliseconds at, uint64_t timestamp_ms, std::span<const uint8_t> audio) {
  const auto samples = static_cast<int64_t>(audio.size());
  const auto from = position_of(at, timestamp_ms, samples);
  put(caller_side, from, audio);
  if (from + samples < caller_end_)
    return; // late, or repeated
  caller_end_ = from + samples;
  learn(at);
}

int64_t recording_mix::position_of(milliseconds at, uint64_t timestamp_ms, int64_t samples) {
  if (!heard_caller_) {
    heard_caller_ = true;
    base_ms_ = timestamp_ms;
    base_ = std::max<int64_t>(at.count() * per_ms - samples, 0);
    least_ = least_before_ = milliseconds{INT64_MAX};
    stretch_ = at;
    return base_;
  }
  if (timestamp_ms == 0)
    return caller_end_;
  // Unsigned: a timestamp of any size is compared before it is multiplied.
  constexpr auto most = static_cast<uint64_t>(ahead_max.count());
  const bool before = timestamp_ms < base_ms_;
  const auto distance = before ? base_ms_ - timestamp_ms : timestamp_ms - base_ms_;
  if (distance < uint64_t{1} << 40) {
    const auto told = base_ + static_cast<int64_t>(distance) * per_ms * (before ? -1 : 1);
    if (std::abs(told - caller_end_) < rounding)
      return caller_end_;
    if (std::abs(told - caller_end_) < static_cast<int64_t>(most) * per_ms)
      return told;
  }
  base_ms_ = timestamp_ms;
  base_ = caller_end_;
  return caller_end_;
}

void recording_mix::learn(milliseconds at) {
  const auto delay = at - milliseconds{caller_end_ / per_ms};
  if (at - stretch_ >= stretch_length) {
    stretch_ = at;
    least_before_ = least_;
    least_ = delay;
  }
  least_ = std::min(least_, delay);
}

int64_t recording_mix::now(milliseconds at) const {
  const auto delay = heard_caller_ ? std::min(least_, least_before_) : milliseconds{0};
  return std::max<int64_t>((at - delay).count() * per_ms, first_);
}

void recording_mix::agent(milliseconds at, std::span<const uint8_t> audio) {
  const auto from = std::max(now(at), agent_end_);
  const auto to = from + static_cast<int64_t>(audio.size());
  if (to - std::max(caller_end_, first_) > 2 * ahead_max.count() * per_ms)
    return; // no carrier holds that much
  put(agent_side, from, audio);
  agent_end_ = to;
}

void recording_mix::clear(milliseconds at) {
  const auto cut = now(at);
  if (cut >= agent_end_)
    return;
  for (auto i = cut; i < agent_end_; ++i)
    window_[static_cast<size_t>(2 * (i - first_) + agent_side)] = mulaw_silence;
  agent_end_ = cut;
}

std::optional<std::string> recording_mix::block() {
  const auto settled = caller_end_ - (ended_ ? 0 : late_max.count() * per_ms);
  if (settled - first_ < block_samples_)
    return std::nullopt;
  return take(block_samples_);
}

std::string recording_mix::rest() {
  return take(std::max<int64_t>(caller_end_ - first_, 0));
}

std::string recording_mix::take(int64_t samples) {
  grow(first_ + samples);
  const auto end = window_.begin() + static_cast<ptrdiff_t>(2 * samples);
  std::string taken(window_.begin(), end);
  window_.erase(window_.begin(), end);
  first_ += samples;
  return taken;
}

void recording_mix::grow(int64_t to) {
  const auto bytes = static_cast<size_t>(2 * std::max<int64_t>(to - first_, 0));
  if (window_.size() < bytes)
    window_.resize(bytes, mulaw_silence);
}

void recording_mix::put(side which, int64_t from, std::span<const uint8_t> audio) {
  const auto skip = std::clamp<int64_t>(first_ - from, 0, static_cast<int64_t>(audio.size()));
  audio = audio.subspan(static_cast<size_t>(skip));
  if (audio.empty())
    return;
  from += skip;
  grow(from + static_cast<int64_t>(audio.size()));
  auto to = static_cast<size_t>(2 * (from - first_) + which);
  for (const auto byte : audio) {
    window_[to] = byte;
    to += 2;
  }
}

} // namespace trunkline
