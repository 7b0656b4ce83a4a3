#pragma once

#include "actors/media/recording_mix.hpp"
#include "infra/recording/recordings.hpp"

#include <chrono>
#include <memory>
#include <span>

namespace trunkline {

/// The recording of one stream: mixes both sides and hands over blocks that are complete. Does
/// nothing once the tape takes no more. Its end is the recording's end.
class stream_recording {
public:
  using time_point = std::chrono::steady_clock::time_point;

  stream_recording(std::shared_ptr<recording_tape> tape, time_point now)
      : tape_(std::move(tape)), began_(now) {}
  ~stream_recording();

  stream_recording(const stream_recording&) = delete;
  stream_recording& operator=(const stream_recording&) = delete;

  void caller(time_point now, uint64_t timestamp_ms, std::span<const uint8_t> audio);
  void agent(time_point now, std::span<const uint8_t> audio);
  void clear(time_point now);

private:
  milliseconds since(time_point now) const {
    return std::chrono::duration_cast<milliseconds>(now - began_);
  }
  bool hand_over();

  std::shared_ptr<recording_tape> tape_; ///< null: given up
  const time_point began_;
  recording_mix mix_{recording_block_bytes};
};

} // namespace trunkline
