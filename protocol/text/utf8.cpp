#include "protocol/text/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace trunkline {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD

struct decoded {
  char32_t character = 0;
  size_t length = 1; // bytes taken; of a malformed stretch: what to skip
  bool valid = false;
};

uint8_t byte_at(std::string_view text, size_t i) {
  return i < text.size() ? static_cast<uint8_t>(text[i]) : 0;
}

// The second byte's range depends on the first (Unicode standard, table 3-7); the others' does not.
decoded decode(std::string_view text, size_t at) {
  const auto first = byte_at(text, at);
  if (first < 0x80)
    return {first, 1, true};
  if (first < 0xc2 || first > 0xf4)
    return {};
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  char32_t character = first & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = byte_at(text, at + i);
    if (next < (i == 1 ? low : 0x80) || next > (i == 1 ? high : 0xbf))
      return {0, i, false};
    character = character << 6 | (next & 0x3f);
  }
  return {character, length, true};
}

bool allowed_in_xml(char32_t c) {
  if (c < 0x20)
    return c == '\t' || c == '\n' || c == '\r';
  return c != 0xfffe && c != 0xffff;
}

} // namespace

bool is_valid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    // Most of what arrives is ASCII: eight bytes at a time while no high bit is set.
    uint64_t word = 0;
    if (i + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + i, sizeof word);
      if ((word & 0x8080808080808080u) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const auto next = decode(text, i);
    if (!next.valid)
      return false;
    i += next.length;
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto next = decode(text, i);
    out += next.valid ? text.substr(i, next.length) : replacement;
    i += next.length;
  }
  return out;
}

std::string to_xml_characters(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto next = decode(text, i);
    if (!next.valid)
      out += replacement;
    else if (allowed_in_xml(next.character))
      out += text.substr(i, next.length);
    i += next.length;
  }
  return out;
}

std::string shortened(std::string_view text, size_t characters_max) {
  constexpr size_t word_max = 40;
  size_t characters = 0, end = 0;
  for (; end < text.size(); ++end) {
    const bool starts_one = (static_cast<uint8_t>(text[end]) & 0xc0) != 0x80;
    if (starts_one && ++characters > characters_max)
      break;
  }
  if (end == text.size())
    return std::string{text};
  const auto space = text.substr(0, end).rfind(' ');
  if (space != std::string_view::npos && space + word_max >= end)
    end = space;
  return std::string{text.substr(0, end)};
}

std::string clean_text(std::string_view text, size_t bytes_max) {
  const auto valid = to_xml_characters(to_valid_utf8(text));
  std::string clean;
  for (size_t i = 0; i < valid.size();) {
    const auto next = decode(valid, i);
    auto piece = std::string_view{valid}.substr(i, next.length);
    i += next.length;
    if (next.character < 0x20)
      piece = " ";
    else if (next.character >= 0x7f && next.character <= 0x9f)
      continue;
    if (clean.size() + piece.size() > bytes_max)
      break;
    clean += piece;
  }
  return clean;
}

} // namespace trunkline
