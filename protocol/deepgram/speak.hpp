#pragma once

#include "protocol/speech/voice_codec.hpp"

#include <string>

namespace trunkline {

struct deepgram_speak_settings {
  std::string api_key{};
  bool mip_opt_out = false; ///< keeps the text out of the training of models
};

/// Aura over HTTP: POST /v1/speak, mu-law as it is spoken. A voice is a model's name:
/// "aura-2-thalia-en".
class deepgram_speak final : public voice_codec {
public:
  explicit deepgram_speak(deepgram_speak_settings settings) : settings_(std::move(settings)) {}

  service_request request(std::string_view voice, std::string_view text) const override;
  result<std::unique_ptr<audio_reader>> reader(std::string_view content_type) const override;
  failure error_of(const service_error& answer) const override;

private:
  const deepgram_speak_settings settings_;
};

} // namespace trunkline
