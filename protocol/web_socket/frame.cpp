#include "protocol/web_socket/frame.hpp"

#include "protocol/text/base64.hpp"
#include "protocol/text/digest.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace trunkline::web_socket_frame {

namespace {

constexpr uint8_t fin_bit = 0x80, reserved_bits = 0x70, mask_bit = 0x80;
constexpr uint8_t length_16 = 126, length_64 = 127;

uint64_t big_endian(std::span<const char> bytes) {
  uint64_t value = 0;
  for (const char byte : bytes)
    value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

bool known(uint8_t code) {
  return code <= 2 || (code >= 8 && code <= 10);
}

bool may_be_sent(uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

} // namespace

parse_status parse_header(std::span<const char> bytes, header& to) {
  if (bytes.size() < 2)
    return parse_status::need_more;
  const auto first = static_cast<uint8_t>(bytes[0]), second = static_cast<uint8_t>(bytes[1]);
  if ((first & reserved_bits) != 0 || !known(first & 0x0f))
    return parse_status::invalid;
  to.fin = (first & fin_bit) != 0;
  to.code = static_cast<opcode>(first & 0x0f);
  to.masked = (second & mask_bit) != 0;
  const uint8_t length = second & 0x7f;
  if (is_control(to.code) && (!to.fin || length > control_payload_max))
    return parse_status::invalid;
  const size_t length_bytes = length == length_64 ? 8 : length == length_16 ? 2 : 0;
  to.header_bytes = 2 + length_bytes + (to.masked ? 4 : 0);
  if (bytes.size() < to.header_bytes)
    return parse_status::need_more;
  to.payload_bytes = length_bytes == 0 ? length : big_endian(bytes.subspan(2, length_bytes));
  if ((length_bytes == 2 && to.payload_bytes < length_16) ||
      (length_bytes == 8 && (to.payload_bytes <= 0xffff || to.payload_bytes >> 63 != 0)))
    return parse_status::invalid;
  if (to.masked)
    std::memcpy(&to.mask, bytes.data() + 2 + length_bytes, sizeof to.mask);
  return parse_status::ok;
}

void apply_mask(std::span<char> payload, uint32_t mask) {
  const uint64_t wide = static_cast<uint64_t>(mask) << 32 | mask;
  auto* at = payload.data();
  size_t left = payload.size();
  for (; left >= sizeof wide; left -= sizeof wide, at += sizeof wide) {
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    word ^= wide;
    std::memcpy(at, &word, sizeof word);
  }
  std::array<char, sizeof mask> bytes{};
  std::memcpy(bytes.data(), &mask, sizeof mask);
  for (size_t i = 0; i < left; ++i)
    at[i] = static_cast<char>(at[i] ^ bytes[i % bytes.size()]);
}

void append_frame(std::string& to, opcode code, std::string_view payload,
                  std::optional<uint32_t> mask) {
  to += static_cast<char>(fin_bit | static_cast<uint8_t>(code));
  const uint8_t masked = mask ? mask_bit : 0;
  const auto append_length = [&](uint8_t marker, int bytes) {
    to += static_cast<char>(masked | marker);
    for (int i = bytes - 1; i >= 0; --i)
      to += static_cast<char>(payload.size() >> (8 * i));
  };
  if (payload.size() < length_16)
    append_length(static_cast<uint8_t>(payload.size()), 0);
  else if (payload.size() <= 0xffff)
    append_length(length_16, 2);
  else
    append_length(length_64, 8);
  if (mask)
    to.append(reinterpret_cast<const char*>(&*mask), sizeof *mask);
  const auto start = to.size();
  to += payload;
  if (mask)
    apply_mask({to.data() + start, payload.size()}, *mask);
}

std::string close_payload(uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
  auto length = std::min(reason.size(), control_payload_max - 2);
  while (length < reason.size() && length > 0 &&
         (static_cast<uint8_t>(reason[length]) & 0xc0) == 0x80)
    --length;
  payload += reason.substr(0, length);
  return payload;
}

std::optional<close_reason> parse_close(std::string_view payload) {
  if (payload.empty())
    return close_reason{};
  if (payload.size() == 1)
    return std::nullopt;
  const auto code = static_cast<uint16_t>(big_endian({payload.data(), 2}));
  if (!may_be_sent(code) || !is_valid_utf8(payload.substr(2)))
    return std::nullopt;
  return close_reason{code, payload.substr(2)};
}

std::string accept_key(std::string_view key) {
  std::string text{key};
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // fixed by the RFC
  return base64_encode(sha1(text));
}

bool is_valid_key(std::string_view key) {
  std::vector<uint8_t> bytes;
  return base64_decode(key, bytes) && bytes.size() == 16;
}

} // namespace trunkline::web_socket_frame
