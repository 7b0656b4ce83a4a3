#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trunkline {

/// FNV-1a, 64 bits: tells whether two scenarios or plans are the same, nothing more.
class running_hash {
public:
  void add(std::string_view bytes) {
    for (const auto c : bytes)
      value_ = (value_ ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  void add(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8)
      value_ = (value_ ^ (number >> shift & 0xff)) * 1099511628211u;
  }
  std::string hex() const {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4)
      text += "0123456789abcdef"[value_ >> shift & 0xf];
    return text;
  }

private:
  uint64_t value_ = 14695981039346656037u;
};

inline std::string hex_hash(std::string_view bytes) {
  running_hash hash;
  hash.add(bytes);
  return hash.hex();
}

} // namespace trunkline
