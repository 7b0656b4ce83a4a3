#pragma once

#include "schema/failure.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Sound as 16 bit samples, channels interleaved.
struct pcm_audio {
  uint32_t rate = 8000; ///< frames a second
  uint16_t channels = 1;
  std::vector<int16_t> samples;
};

/// Reads a RIFF/WAVE file: PCM 8 or 16 bit and mu-law, 1 to 8 channels, 1000 to 192000 Hz. Unknown
/// chunks are skipped; a stream's sizes (0 and 0xFFFFFFFF) mean "up to the end"; a data chunk cut
/// short gives what is there. Anything else is bad_input.
result<pcm_audio> read_wav(std::string_view bytes);

/// PCM 16 bit, one channel.
std::string write_wav_mono(std::span<const int16_t> samples, uint32_t rate);
/// PCM 16 bit, two channels; the shorter side is filled with silence.
std::string write_wav_stereo(std::span<const int16_t> left, std::span<const int16_t> right,
                             uint32_t rate);

/// What comes before `bytes` of mu-law sound, 8000 Hz, two channels interleaved: always as long.
std::string wav_header_mulaw_stereo(uint32_t bytes);
inline constexpr size_t wav_header_mulaw_bytes = 58;

/// The channels averaged into one.
std::vector<int16_t> mixed_down(const pcm_audio& audio);

} // namespace trunkline
