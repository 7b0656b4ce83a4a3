#pragma once

#include "schema/failure.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct SpeexResamplerState_;

namespace trunkline {

/// 16 bit little-endian samples of what was mu-law, at its rate.
std::string pcm_bytes(std::span<const uint8_t> mulaw);

/// Turns a stream of 16 bit little-endian PCM, cut anywhere, into mu-law of 8000 Hz. What 8000 Hz
/// cannot carry is filtered out; channels are averaged into one. Aligned in time with its source:
/// n seconds in are n seconds out once finish() was called.
class pcm_to_mulaw {
public:
  /// Rates 1000 to 192000, 1 to 8 channels; anything else is bad_input.
  static result<pcm_to_mulaw> make(uint32_t rate, unsigned channels = 1);

  result<std::vector<uint8_t>> feed(std::string_view bytes);
  /// The tail of the filter. An odd byte or half a frame at the end is dropped.
  result<std::vector<uint8_t>> finish();

private:
  struct destroy {
    void operator()(SpeexResamplerState_* state) const;
  };

  pcm_to_mulaw(uint32_t rate, unsigned channels) : rate_(rate), channels_(channels) {}
  bool push(const std::vector<int16_t>& samples, std::vector<uint8_t>& out);
  void append(const std::vector<int16_t>& samples, std::vector<uint8_t>& out);

  uint32_t rate_;
  unsigned channels_;
  std::unique_ptr<SpeexResamplerState_, destroy> filter_; ///< none at 8000 Hz
  std::string cut_;                                       ///< of a frame that is not complete
  uint64_t frames_ = 0, written_ = 0;
};

} // namespace trunkline
