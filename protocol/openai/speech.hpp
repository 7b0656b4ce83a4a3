#pragma once

#include "protocol/speech/voice_codec.hpp"

#include <cstdint>
#include <string>

namespace trunkline {

struct openai_speech_settings {
  std::string service = "openai"; ///< named in failures
  std::string api_key{};          ///< empty: no header is sent
  std::string model = "gpt-4o-mini-tts";
  std::string instructions{}; ///< how to speak; the tts-1 models do not know it
  double speed = 1;           ///< 0.25 to 4
  uint32_t rate = 24000;      ///< of the server's headless PCM
};

/// OpenAI's "/audio/speech" and servers that speak the same (Kokoro, speaches). There is no mu-law:
/// it answers with headless PCM, which is made mu-law here; a WAV is read as well. The base URL
/// includes the version path.
class openai_speech final : public voice_codec {
public:
  explicit openai_speech(openai_speech_settings settings) : settings_(std::move(settings)) {}

  service_request request(std::string_view voice, std::string_view text) const override;
  result<std::unique_ptr<audio_reader>> reader(std::string_view content_type) const override;
  failure error_of(const service_error& answer) const override;

private:
  const openai_speech_settings settings_;
};

} // namespace trunkline
