#include "infra/journal/crc32c.hpp"

#include <array>
#include <cstddef>
#include <cstring>

namespace trunkline {

namespace {

constexpr uint32_t polynomial = 0x82f63b78; // reflected

// Eight tables: eight bytes a step.
constexpr auto tables = [] {
  std::array<std::array<uint32_t, 256>, 8> made{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit)
      rest = (rest >> 1) ^ ((rest & 1) ? polynomial : 0);
    made[0][byte] = rest;
  }
  for (size_t i = 1; i < made.size(); ++i)
    for (size_t byte = 0; byte < 256; ++byte)
      made[i][byte] = (made[i - 1][byte] >> 8) ^ made[0][made[i - 1][byte] & 0xff];
  return made;
}();

uint32_t byte_at(uint64_t word, int index) {
  return static_cast<uint32_t>(word >> (8 * index)) & 0xff;
}

} // namespace

uint32_t crc32c(std::string_view bytes, uint32_t before) {
  uint32_t rest = ~before;
  while (bytes.size() >= 8) {
    uint64_t word = 0; // little endian, as every machine this is built for
    std::memcpy(&word, bytes.data(), sizeof word);
    word ^= rest;
    rest = 0;
    for (int i = 0; i < 8; ++i)
      rest ^= tables[static_cast<size_t>(7 - i)][byte_at(word, i)];
    bytes.remove_prefix(8);
  }
  for (const char c : bytes)
    rest = (rest >> 8) ^ tables[0][(rest ^ static_cast<unsigned char>(c)) & 0xff];
  return ~rest;
}

} // namespace trunkline
