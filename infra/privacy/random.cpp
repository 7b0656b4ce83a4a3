#include "infra/privacy/random.hpp"

#include "protocol/text/digest.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace trunkline {

void fill_random(std::span<uint8_t> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("the system has no random numbers");
}

std::string random_hex(size_t bytes) {
  std::string raw(bytes, '\0');
  fill_random({reinterpret_cast<uint8_t*>(raw.data()), raw.size()});
  return to_hex(raw);
}

} // namespace trunkline
