#pragma once

#include "protocol/speech/voice_codec.hpp"

#include <string>

namespace trunkline {

struct azure_synthesis_settings {
  std::string key{};      ///< of the resource
  std::string language{}; ///< empty: the one a voice's name begins with
  int rate_percent = 0;   ///< faster or slower than the voice's own
};

/// Azure's text to speech over HTTP: SSML in, mu-law out as it is spoken. A voice is a ShortName:
/// "en-US-JennyNeural".
class azure_synthesis final : public voice_codec {
public:
  explicit azure_synthesis(azure_synthesis_settings settings) : settings_(std::move(settings)) {}

  service_request request(std::string_view voice, std::string_view text) const override;
  result<std::unique_ptr<audio_reader>> reader(std::string_view content_type) const override;
  failure error_of(const service_error& answer) const override;

private:
  const azure_synthesis_settings settings_;
};

} // namespace trunkline
