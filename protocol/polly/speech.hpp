#pragma once

#include "protocol/polly/sigv4.hpp"
#include "protocol/speech/voice_codec.hpp"

#include <functional>
#include <string>

namespace trunkline {

struct polly_speech_settings {
  aws_credentials credentials{};
  std::string region = "us-east-1";
  std::string host{};            ///< with its port when that is not 443; empty: the region's own
  std::string engine = "neural"; ///< standard, neural, long-form, generative
  std::string language{};        ///< of bilingual voices
  bool mulaw = false;            ///< ask for mu-law; PCM works in every region and engine
  /// Now in UTC, "20150830T123600Z"; called from any thread. More than five minutes off is refused.
  std::function<std::string()> amz_date{};
};

/// Amazon Polly: POST /v1/speech, signed. The signature covers the host, so the session's base URL
/// must name the same one. A voice is a VoiceId: "Joanna".
class polly_speech final : public voice_codec {
public:
  explicit polly_speech(polly_speech_settings settings);

  service_request request(std::string_view voice, std::string_view text) const override;
  result<std::unique_ptr<audio_reader>> reader(std::string_view content_type) const override;
  failure error_of(const service_error& answer) const override;

private:
  const polly_speech_settings settings_;
  const std::string host_;
};

} // namespace trunkline
