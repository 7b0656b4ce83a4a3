#include "protocol/text/base64.hpp"

#include <array>

namespace trunkline {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t not_in_alphabet = 0xff;

constexpr auto make_values() {
  std::array<uint8_t, 256> values{};
  for (auto& value : values)
    value = not_in_alphabet;
  for (size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
  return values;
}

constexpr auto values = make_values();

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

} // namespace

void base64_append(std::string& to, std::span<const uint8_t> bytes) {
  const auto start = to.size();
  to.resize(start + (bytes.size() + 2) / 3 * 4);
  auto* out = to.data() + start;
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t group = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[group >> 12 & 63];
    *out++ = alphabet[group >> 6 & 63];
    *out++ = alphabet[group & 63];
  }
  if (i == bytes.size())
    return;
  const bool two = i + 2 == bytes.size();
  const uint32_t group = bytes[i] << 16 | (two ? bytes[i + 1] << 8 : 0);
  *out++ = alphabet[group >> 18];
  *out++ = alphabet[group >> 12 & 63];
  *out++ = two ? alphabet[group >> 6 & 63] : '=';
  *out++ = '=';
}

std::string base64_encode(std::span<const uint8_t> bytes) {
  std::string text;
  base64_append(text, bytes);
  return text;
}

std::string base64_encode(std::string_view bytes) {
  return base64_encode(bytes_of(bytes));
}

bool base64_decode(std::string_view text, std::vector<uint8_t>& to) {
  to.clear();
  if (text.size() % 4 != 0)
    return false;
  if (text.empty())
    return true;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const auto whole = text.size() - padding;
  to.resize(text.size() / 4 * 3);
  auto* out = to.data();
  uint8_t bad = 0; // any value above 63 leaves its high bits here
  size_t i = 0;
  for (; i + 4 <= whole; i += 4) {
    const auto a = values[static_cast<uint8_t>(text[i])];
    const auto b = values[static_cast<uint8_t>(text[i + 1])];
    const auto c = values[static_cast<uint8_t>(text[i + 2])];
    const auto d = values[static_cast<uint8_t>(text[i + 3])];
    bad |= a | b | c | d;
    const uint32_t group = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<uint8_t>(group >> 16);
    *out++ = static_cast<uint8_t>(group >> 8);
    *out++ = static_cast<uint8_t>(group);
  }
  if (padding != 0) {
    const auto a = values[static_cast<uint8_t>(text[i])];
    const auto b = values[static_cast<uint8_t>(text[i + 1])];
    const auto c = padding == 1 ? values[static_cast<uint8_t>(text[i + 2])] : uint8_t{0};
    const uint32_t group = a << 18 | b << 12 | c << 6;
    // Bits that no byte uses must be zero, else two texts would mean the same bytes.
    bad |= a | b | c | ((group & (padding == 1 ? 0xffu : 0xffffu)) != 0 ? 0x80 : 0);
    *out++ = static_cast<uint8_t>(group >> 16);
    if (padding == 1)
      *out++ = static_cast<uint8_t>(group >> 8);
  }
  to.resize(static_cast<size_t>(out - to.data()));
  if (bad & 0xc0)
    to.clear();
  return (bad & 0xc0) == 0;
}

} // namespace trunkline
