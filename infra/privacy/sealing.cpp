#include "infra/privacy/sealing.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <memory>
#include <stdexcept>

namespace trunkline {

namespace {

constexpr size_t nonce_size = 12, tag_size = 16;

using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

uint8_t* bytes_of(std::string& text, size_t from = 0) {
  return reinterpret_cast<uint8_t*>(text.data()) + from;
}
const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

void fill_random(uint8_t* to, size_t size) {
  if (RAND_bytes(to, static_cast<int>(size)) != 1)
    throw std::runtime_error("the system has no random numbers");
}

void check(bool good) {
  if (!good)
    throw std::runtime_error("AES-256-GCM is not available");
}

} // namespace

secret_key::~secret_key() {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

secret_key random_key() {
  secret_key key;
  fill_random(key.bytes.data(), key.bytes.size());
  return key;
}

std::string random_hex(size_t bytes) {
  std::string raw(bytes, '\0');
  fill_random(bytes_of(raw), raw.size());
  return to_hex(raw);
}

std::string seal(const secret_key& key, std::string_view text, std::string_view bound_to) {
  std::string out(nonce_size + text.size() + tag_size, '\0');
  fill_random(bytes_of(out), nonce_size);
  const cipher_context context{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
  int size = 0;
  check(context && EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(),
                                      bytes_of(out)) == 1);
  check(EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(bound_to),
                          static_cast<int>(bound_to.size())) == 1);
  check(EVP_EncryptUpdate(context.get(), bytes_of(out, nonce_size), &size, bytes_of(text),
                          static_cast<int>(text.size())) == 1);
  check(EVP_EncryptFinal_ex(context.get(), bytes_of(out, nonce_size + text.size()), &size) == 1);
  check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size,
                            bytes_of(out, nonce_size + text.size())) == 1);
  return out;
}

std::optional<std::string> unseal(const secret_key& key, std::string_view sealed,
                                  std::string_view bound_to) {
  if (sealed.size() < nonce_size + tag_size)
    return std::nullopt;
  const auto body = sealed.substr(nonce_size, sealed.size() - nonce_size - tag_size);
  std::string tag{sealed.substr(sealed.size() - tag_size)};
  std::string out(body.size(), '\0');
  const cipher_context context{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
  int size = 0;
  check(context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(),
                                      bytes_of(sealed)) == 1);
  check(EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(bound_to),
                          static_cast<int>(bound_to.size())) == 1);
  check(EVP_DecryptUpdate(context.get(), bytes_of(out), &size, bytes_of(body),
                          static_cast<int>(body.size())) == 1);
  check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_size, bytes_of(tag)) == 1);
  if (EVP_DecryptFinal_ex(context.get(), bytes_of(out, out.size()), &size) != 1)
    return std::nullopt;
  return out;
}

std::string keyed_hash(const secret_key& key, std::string_view text) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  unsigned size = 0;
  if (!HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.bytes.size()), bytes_of(text),
            text.size(), bytes_of(out), &size))
    throw std::runtime_error("HMAC-SHA256 is not available");
  return out;
}

std::string plain_hash(std::string_view text) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(bytes_of(text), text.size(), bytes_of(out));
  return out;
}

secret_key derived_key(const secret_key& from, std::string_view purpose) {
  auto raw = keyed_hash(from, purpose);
  secret_key key;
  std::copy(raw.begin(), raw.end(), key.bytes.begin());
  OPENSSL_cleanse(raw.data(), raw.size());
  return key;
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
