#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace trunkline {

/// Encoded audio, shared and immutable: mu-law (G.711), 8000 Hz, one channel, 8 bytes a
/// millisecond. An empty pointer is an empty chunk.
struct audio_chunk {
  std::shared_ptr<const std::vector<uint8_t>> bytes;
  std::chrono::milliseconds start{0}; ///< on the stream's own media clock

  std::chrono::milliseconds length() const {
    return std::chrono::milliseconds{bytes ? bytes->size() / 8 : 0};
  }
};

} // namespace trunkline
