#pragma once

#include "protocol/speech/voice_codec.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace trunkline {

/// The sound that a service was asked for.
struct raw_sound {
  bool mulaw = false;    ///< 8000 Hz; else 16 bit PCM, little-endian, one channel, no head
  uint32_t rate = 8000;  ///< of PCM
  bool opaque = false;   ///< application/octet-stream is it, too
  bool any_type = false; ///< the service gives any audio/ type to what it was asked for
};

/// Lower case, without parameters: "audio/wav" of " Audio/WAV; codecs=1".
std::string media_type_of(std::string_view content_type);

/// The reader of an answer: of the sound asked for, of WAV when the type says so. A type that is no
/// sound, or sound we cannot read, is a failure: noise is never played. `service` opens the context
/// of failures. The reader tells its first failure at every later call, too.
result<std::unique_ptr<audio_reader>>
audio_reader_for(std::string_view service, std::string_view content_type, const raw_sound& asked);

} // namespace trunkline
