#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <bit>

namespace trunkline {

namespace {

// A code is sign, three bits of exponent and four of mantissa, all inverted on the wire. The bias
// makes each segment start at a power of two.
constexpr int bias = 0x84;
constexpr int clip = 32635;

constexpr int16_t expand(uint8_t wire) {
  const auto code = static_cast<uint8_t>(~wire);
  const int exponent = (code >> 4) & 7;
  const int magnitude = ((((code & 15) << 3) + bias) << exponent) - bias;
  return static_cast<int16_t>((code & 0x80) ? -magnitude : magnitude);
}

constexpr std::array<int16_t, 256> make_table() {
  std::array<int16_t, 256> table{};
  for (int i = 0; i < 256; ++i)
    table[static_cast<size_t>(i)] = expand(static_cast<uint8_t>(i));
  return table;
}

} // namespace

constinit const std::array<int16_t, 256> mulaw_table = make_table();

uint8_t mulaw_encode(int16_t sample) {
  const int sign = sample < 0 ? 0x80 : 0;
  const int magnitude = std::min(sample < 0 ? -int{sample} : int{sample}, clip) + bias;
  const int exponent = std::bit_width(static_cast<unsigned>(magnitude)) - 8;
  const int mantissa = (magnitude >> (exponent + 3)) & 15;
  return static_cast<uint8_t>(~(sign | (exponent << 4) | mantissa));
}

std::vector<int16_t> mulaw_decode(std::span<const uint8_t> bytes) {
  std::vector<int16_t> samples(bytes.size());
  std::transform(bytes.begin(), bytes.end(), samples.begin(),
                 [](uint8_t byte) { return mulaw_decode(byte); });
  return samples;
}

std::vector<uint8_t> mulaw_encode(std::span<const int16_t> samples) {
  std::vector<uint8_t> bytes(samples.size());
  std::transform(samples.begin(), samples.end(), bytes.begin(),
                 [](int16_t sample) { return mulaw_encode(sample); });
  return bytes;
}

} // namespace trunkline
