#include "protocol/openai/transcription.hpp"
#include "protocol/text/utf8.hpp"

#include <cstdlib>

// A transcription is one bounded line of valid UTF-8, or it was refused.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const trunkline::openai_transcription codec{{}};
  const auto read = codec.read("application/json", body);
  if (read &&
      (!trunkline::is_valid_utf8(read->text) || read->text.size() > 8192 ||
       read->text.find('\n') != std::string::npos || !read->is_final ||
       read->rejected != read->text.empty() || !(read->confidence >= 0) || read->confidence > 1))
    std::abort();
  trunkline::without_noise_tags(body);
  trunkline::is_invention(body, true);
  return 0;
}
