#pragma once

#include <string>
#include <string_view>

namespace trunkline {

// Digests of FIPS 180-4, as their 32 (SHA-256) or 20 (SHA-1) bytes; keyed as RFC 2104 has it. They
// throw std::runtime_error when the library has none, which is a broken installation.
std::string sha256(std::string_view bytes);
std::string sha1(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view text);
std::string hmac_sha1(std::string_view key, std::string_view text);

/// Lower case, two digits a byte.
std::string to_hex(std::string_view bytes);
inline std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

} // namespace trunkline
