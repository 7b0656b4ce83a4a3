#include "protocol/http/error_text.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

// Whatever a body holds, its text is one short line of valid UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text =
      trunkline::error_text_of(std::string_view{reinterpret_cast<const char*>(data), size});
  const auto good = [](const std::string& part, size_t bytes_max) {
    return part.size() <= bytes_max && trunkline::is_valid_utf8(part) &&
           std::none_of(part.begin(), part.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  };
  if (!good(text.code, trunkline::error_code_bytes_max) ||
      !good(text.type, trunkline::error_code_bytes_max) ||
      !good(text.message, trunkline::error_message_bytes_max))
    std::abort();
  return 0;
}
