#include "protocol/elevenlabs/speech.hpp"

#include "protocol/elevenlabs/errors.hpp"
#include "protocol/http/query.hpp"
#include "protocol/speech/audio_readers.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

service_request elevenlabs_speech::request(std::string_view voice, std::string_view text) const {
  nlohmann::json body{{"text", text}, {"model_id", settings_.model}};
  if (!settings_.language.empty() && elevenlabs_knows_language(settings_.model))
    body["language_code"] = settings_.language;
  if (auto how = to_json(settings_.voice); !how.empty())
    body["voice_settings"] = std::move(how);
  return {"POST",
          "/v1/text-to-speech/" + percent_encoded(voice) + "/stream?output_format=ulaw_8000",
          {{"xi-api-key", settings_.api_key}, {"Content-Type", "application/json"}},
          to_text(body)};
}

// Its specification names one audio type for all formats.
result<std::unique_ptr<audio_reader>>
elevenlabs_speech::reader(std::string_view content_type) const {
  return audio_reader_for("elevenlabs", content_type, {.mulaw = true, .any_type = true});
}

failure elevenlabs_speech::error_of(const service_error& answer) const {
  return elevenlabs_refused(answer);
}

} // namespace trunkline
