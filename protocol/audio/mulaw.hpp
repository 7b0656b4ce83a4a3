#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace trunkline {

/// G.711 mu-law: one byte a sample, 8000 samples a second, so 8 bytes a millisecond.
inline constexpr size_t mulaw_bytes_per_ms = 8;
/// 20 ms, the length of a carrier's frame.
inline constexpr size_t mulaw_frame_bytes = 160;
/// Digital silence (positive zero).
inline constexpr uint8_t mulaw_silence = 0xff;

extern const std::array<int16_t, 256> mulaw_table;

inline int16_t mulaw_decode(uint8_t byte) {
  return mulaw_table[byte];
}
uint8_t mulaw_encode(int16_t sample);

std::vector<int16_t> mulaw_decode(std::span<const uint8_t> bytes);
std::vector<uint8_t> mulaw_encode(std::span<const int16_t> samples);

} // namespace trunkline
