#include "protocol/elevenlabs/context_book.hpp"
#include "protocol/elevenlabs/multi_stream.hpp"

#include <cstdlib>

// A message is read or refused; its alignment is whole or not there.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  trunkline::context_book book;
  book.begin(1, {});
  const auto events = trunkline::read_stream_message(input);
  for (size_t i = 0; events && i < events->size(); ++i) {
    if (const auto* sound = std::get_if<trunkline::context_audio>(&(*events)[i])) {
      const auto& told = sound->alignment;
      if (sound->mulaw.size() > size || told.characters.size() != told.starts.size() ||
          told.characters.size() != told.lengths.size())
        std::abort();
      book.audio(sound->context);
    } else if (const auto* end = std::get_if<trunkline::context_final>(&(*events)[i])) {
      book.finished(end->context);
    }
  }
  trunkline::elevenlabs_stream_closed(1008, input);
  return 0;
}
