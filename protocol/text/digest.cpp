#include "protocol/text/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <stdexcept>

namespace trunkline {

namespace {

std::string digest_of(std::string_view bytes, const EVP_MD* how) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<uint8_t*>(out.data()), &size, how,
                 nullptr) != 1)
    throw std::runtime_error("a digest is not available");
  out.resize(size);
  return out;
}

std::string keyed(std::string_view key, std::string_view text, const EVP_MD* how) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (!HMAC(how, key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const uint8_t*>(text.data()), text.size(),
            reinterpret_cast<uint8_t*>(out.data()), &size))
    throw std::runtime_error("a keyed digest is not available");
  out.resize(size);
  return out;
}

} // namespace

std::string sha256(std::string_view bytes) {
  return digest_of(bytes, EVP_sha256());
}
std::string sha1(std::string_view bytes) {
  return digest_of(bytes, EVP_sha1());
}
std::string hmac_sha256(std::string_view key, std::string_view text) {
  return keyed(key, text, EVP_sha256());
}
std::string hmac_sha1(std::string_view key, std::string_view text) {
  return keyed(key, text, EVP_sha1());
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const auto one : bytes) {
    const auto byte = static_cast<uint8_t>(one);
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

} // namespace trunkline
