#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Frames of RFC 6455, without extensions:
//
//   fin+opcode | mask bit + 7 bit length | 0, 2 or 8 length bytes | 0 or 4 mask bytes | payload

namespace trunkline::web_socket_frame {

enum class opcode : uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr bool is_control(opcode code) {
  return static_cast<uint8_t>(code) >= 8;
}

inline constexpr size_t header_bytes_max = 14;
inline constexpr size_t control_payload_max = 125;

struct header {
  bool fin = true;
  opcode code = opcode::text;
  bool masked = false;
  uint32_t mask = 0; ///< its four bytes in the order sent
  uint64_t payload_bytes = 0;
  size_t header_bytes = 0;
};

enum class parse_status { ok, need_more, invalid };

/// Reads the header at the start of `bytes`. `invalid`: reserved bits or opcodes, a control frame
/// that is fragmented or long, a length not in its shortest form.
parse_status parse_header(std::span<const char> bytes, header& to);

/// Masks or unmasks in place.
void apply_mask(std::span<char> payload, uint32_t mask);

/// Adds one whole frame to `to`; masked when a mask is given (clients must, servers must not).
void append_frame(std::string& to, opcode code, std::string_view payload,
                  std::optional<uint32_t> mask = std::nullopt);

/// Payload of a close frame; the reason is cut to what fits, at a character.
std::string close_payload(uint16_t code, std::string_view reason);

struct close_reason {
  uint16_t code = 1005; ///< none was given
  std::string_view reason;
};
/// Nothing when the payload is malformed or its code may not be sent.
std::optional<close_reason> parse_close(std::string_view payload);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string accept_key(std::string_view key);
/// Whether it is base64 of 16 bytes.
bool is_valid_key(std::string_view key);

} // namespace trunkline::web_socket_frame
