#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// 256 secret bits. Wiped when it goes.
struct secret_key {
  std::array<uint8_t, 32> bytes{};

  secret_key() = default;
  secret_key(const secret_key&) = default;
  secret_key& operator=(const secret_key&) = default;
  ~secret_key();
};

/// See random.hpp.
secret_key random_key();

/// AES-256-GCM (NIST SP 800-38D): 12 bytes of nonce, the text's bytes, 16 bytes of tag. What it is
/// `bound_to` (table, column, row) is not in it, but the same is needed to open it.
std::string seal(const secret_key& key, std::string_view text, std::string_view bound_to);
/// Nothing: another key, another place, or changed.
std::optional<std::string> unseal(const secret_key& key, std::string_view sealed,
                                  std::string_view bound_to);

/// HMAC-SHA256, 32 bytes.
std::string keyed_hash(const secret_key& key, std::string_view text);
/// A key for one purpose, made of another.
secret_key derived_key(const secret_key& from, std::string_view purpose);

} // namespace trunkline
