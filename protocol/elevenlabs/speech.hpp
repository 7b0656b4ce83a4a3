#pragma once

#include "protocol/elevenlabs/voice_settings.hpp"
#include "protocol/speech/voice_codec.hpp"

#include <string>

namespace trunkline {

struct elevenlabs_speech_settings {
  std::string api_key{};
  std::string model = "eleven_flash_v2_5";
  std::string language{}; ///< ISO 639-1; sent only to models that know it
  elevenlabs_voice_settings voice{};
};

/// ElevenLabs over HTTP: one sentence a request, mu-law as it is spoken. A voice is an id.
class elevenlabs_speech final : public voice_codec {
public:
  explicit elevenlabs_speech(elevenlabs_speech_settings settings)
      : settings_(std::move(settings)) {}

  service_request request(std::string_view voice, std::string_view text) const override;
  result<std::unique_ptr<audio_reader>> reader(std::string_view content_type) const override;
  failure error_of(const service_error& answer) const override;

private:
  const elevenlabs_speech_settings settings_;
};

} // namespace trunkline
