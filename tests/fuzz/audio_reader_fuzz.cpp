#include "protocol/speech/audio_readers.hpp"

#include <cstdlib>
#include <string>

namespace {

// The sound of a body, or nothing when it was refused; `at_once` bytes at a time.
std::string sound_of(std::string_view type, std::string_view body, size_t at_once) {
  auto reader = trunkline::audio_reader_for("x", type, {.rate = 24000});
  std::string sound;
  for (size_t at = 0; at < body.size(); at += at_once) {
    const auto part = (*reader)->feed(body.substr(at, at_once));
    if (!part)
      return {};
    sound.append(part->begin(), part->end());
  }
  const auto rest = (*reader)->end_of_body();
  return rest ? sound.append(rest->begin(), rest->end()) : std::string{};
}

} // namespace

// It does not matter where a body is cut.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1)
    return 0;
  const std::string_view body{reinterpret_cast<const char*>(data) + 1, size - 1};
  for (const char* type : {"audio/wav", "audio/pcm"})
    if (sound_of(type, body, data[0] % 61u + 1) != sound_of(type, body, size))
      std::abort();
  return 0;
}
