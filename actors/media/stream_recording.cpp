#include "actors/media/stream_recording.hpp"

namespace trunkline {

stream_recording::~stream_recording() {
  if (!tape_)
    return;
  mix_.end();
  if (hand_over())
    tape_->end(mix_.rest());
}

void stream_recording::caller(time_point now, uint64_t timestamp_ms,
                              std::span<const uint8_t> audio) {
  if (!tape_)
    return;
  mix_.caller(since(now), timestamp_ms, audio);
  if (!hand_over())
    tape_.reset();
}

void stream_recording::agent(time_point now, std::span<const uint8_t> audio) {
  if (tape_)
    mix_.agent(since(now), audio);
}

void stream_recording::clear(time_point now) {
  if (tape_)
    mix_.clear(since(now));
}

/// False: the tape takes no more.
bool stream_recording::hand_over() {
  while (auto block = mix_.block())
    if (!tape_->write(std::move(*block)))
      return false;
  return true;
}

} // namespace trunkline
