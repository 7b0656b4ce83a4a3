#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace trunkline {

/// How the sound of one sentence comes along. A voice that drips has sent something a moment ago,
/// and its caller hears nothing all the same: what counts is how far the sound reaches.
class sound_pace {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  /// Nobody speaks as slowly as this: what is longer is no speech of the text.
  static constexpr milliseconds longest_of(std::string_view text) {
    return milliseconds{5000} + milliseconds{300} * text.size();
  }

  explicit sound_pace(std::string_view text) : longest_(longest_of(text)) {}

  void add(size_t mulaw_bytes, time_point now) {
    if (!begun_)
      begun_ = now;
    last_ = now;
    bytes_ += mulaw_bytes;
  }
  bool begun() const { return begun_.has_value(); }
  bool too_long() const { return length() > longest_; }
  /// When more is overdue, `between` after the last of it came or would have been played out,
  /// whichever was earlier. After the first add() only.
  time_point due(milliseconds between) const {
    return std::min(last_, *begun_ + length()) + between;
  }

private:
  milliseconds length() const { return milliseconds{bytes_ / 8}; }

  milliseconds longest_;
  std::optional<time_point> begun_;
  time_point last_{};
  size_t bytes_ = 0;
};

} // namespace trunkline
