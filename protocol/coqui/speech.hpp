#pragma once

#include "protocol/speech/voice_codec.hpp"

#include <string>

namespace trunkline {

struct coqui_speech_settings {
  std::string language{}; ///< language_id of multilingual models
};

/// The server of Coqui TTS: a whole WAV of the model's rate for each sentence. A voice is a
/// speaker_id, empty for models of one speaker. It has no credentials.
class coqui_speech final : public voice_codec {
public:
  explicit coqui_speech(coqui_speech_settings settings) : settings_(std::move(settings)) {}

  service_request request(std::string_view voice, std::string_view text) const override;
  result<std::unique_ptr<audio_reader>> reader(std::string_view content_type) const override;
  failure error_of(const service_error& answer) const override;

private:
  const coqui_speech_settings settings_;
};

} // namespace trunkline
