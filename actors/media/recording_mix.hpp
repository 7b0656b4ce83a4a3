#pragma once

#include "schema/assistant.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace trunkline {

/// Both sides of a call on one timeline, as mu-law with the caller's and the agent's samples in
/// turn. Pure.
///
/// The timeline is the carrier's: a frame of the caller lies where its timestamp says, so lost
/// frames are silence and nothing drifts. The agent lies where it is heard: at the moment it is
/// sent, or behind what the carrier still holds; a `clear` cuts what was not heard. Our clock is
/// laid onto the timeline by the frames that came with the least delay.
///
/// `at` is the time since the recording began. Memory is bounded: nothing is kept that is older
/// than `late_max`, or further ahead than `ahead_max`.
class recording_mix {
public:
  static constexpr milliseconds late_max{1000};   ///< a later frame is left out
  static constexpr milliseconds ahead_max{30000}; ///< a timestamp further ahead is not believed

  explicit recording_mix(size_t block_bytes)
      : block_samples_(static_cast<int64_t>(block_bytes / 2)) {}

  /// `timestamp_ms` is the carrier's; 0 means that it gives none.
  void caller(milliseconds at, uint64_t timestamp_ms, std::span<const uint8_t> audio);
  void agent(milliseconds at, std::span<const uint8_t> audio);
  void clear(milliseconds at);
  /// No more will come: the recording ends with the caller's last frame.
  void end() { ended_ = true; }

  /// The next block that nothing can change any more.
  std::optional<std::string> block();
  /// After end(), when there is no whole block left: what remains.
  std::string rest();

private:
  enum side : uint8_t { caller_side = 0, agent_side = 1 };
  int64_t position_of(milliseconds at, uint64_t timestamp_ms, int64_t samples);
  int64_t now(milliseconds at) const;
  void learn(milliseconds at);
  void grow(int64_t to);
  void put(side which, int64_t from, std::span<const uint8_t> audio);
  std::string take(int64_t samples);

  const int64_t block_samples_;
  std::vector<uint8_t> window_; ///< both sides, from `first_` on
  int64_t first_ = 0;           ///< positions are samples of one side
  int64_t caller_end_ = 0, agent_end_ = 0;
  bool heard_caller_ = false, ended_ = false;
  int64_t base_ = 0; ///< position of the timestamp `base_ms_`
  uint64_t base_ms_ = 0;
  milliseconds least_{0}, least_before_{0}; ///< delay of our clock, in this stretch and the last
  milliseconds stretch_{0};                 ///< when this one began
};

} // namespace trunkline
