#include "infra/privacy/sealing.hpp"

#include "infra/privacy/random.hpp"
#include "protocol/text/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
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
  fill_random(key.bytes);
  return key;
}

std::string seal(const secret_key& key, std::string_view text, std::string_view bound_to) {
  std::string out(nonce_size + text.size() + tag_size, '\0');
  fill_random({bytes_of(out), nonce_size});
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
  return hmac_sha256({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()}, text);
}

secret_key derived_key(const secret_key& from, std::string_view purpose) {
  auto raw = keyed_hash(from, purpose);
  secret_key key;
  std::copy(raw.begin(), raw.end(), key.bytes.begin());
  OPENSSL_cleanse(raw.data(), raw.size());
  return key;
}

} // namespace trunkline
