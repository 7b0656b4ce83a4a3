#include "protocol/openai/speech.hpp"

#include "protocol/openai/audio_failure.hpp"
#include "protocol/speech/audio_readers.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

service_request openai_speech::request(std::string_view voice, std::string_view text) const {
  nlohmann::json body{
      {"model", settings_.model}, {"input", text}, {"voice", voice}, {"response_format", "pcm"}};
  if (settings_.speed != 1)
    body["speed"] = std::clamp(settings_.speed, 0.25, 4.0);
  if (!settings_.instructions.empty() && !settings_.model.starts_with("tts-1"))
    body["instructions"] = settings_.instructions;
  service_request to{"POST", "/audio/speech", {}, to_text(body)};
  if (!settings_.api_key.empty())
    to.headers.emplace_back("Authorization", "Bearer " + settings_.api_key);
  to.headers.emplace_back("Content-Type", "application/json");
  return to;
}

result<std::unique_ptr<audio_reader>> openai_speech::reader(std::string_view content_type) const {
  return audio_reader_for(settings_.service, content_type,
                          {.rate = settings_.rate, .opaque = true});
}

failure openai_speech::error_of(const service_error& answer) const {
  return openai_audio_failure(settings_.service, answer);
}

} // namespace trunkline
