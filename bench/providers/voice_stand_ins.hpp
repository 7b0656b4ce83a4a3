#pragma once

#include "bench/providers/stand_in_server.hpp"

#include <memory>

namespace trunkline {

struct voice_stand_in_settings {
  latency_spread first_audio{std::chrono::milliseconds{150}};
  std::chrono::milliseconds between_chunks{5};
  std::string key{}; ///< another one is refused; empty: any
  uint64_t seed = 1;
};

/// Stand-in of ElevenLabs: POST .../stream and the multi-stream-input WebSocket (contexts, flush,
/// close_context, at most five open ones).
std::unique_ptr<stand_in_service> elevenlabs_stand_in(voice_stand_in_settings settings);
/// Stand-in of AWS Polly: POST /v1/speech; the signature's form is checked, not its value.
std::unique_ptr<stand_in_service> polly_stand_in(voice_stand_in_settings settings);
/// Stand-in of a Coqui TTS server: /api/tts, a whole WAV.
std::unique_ptr<stand_in_service> coqui_stand_in(voice_stand_in_settings settings);

} // namespace trunkline
