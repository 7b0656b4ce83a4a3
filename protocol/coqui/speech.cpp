#include "protocol/coqui/speech.hpp"

#include "protocol/http/query.hpp"
#include "protocol/http/status_failure.hpp"
#include "protocol/speech/audio_readers.hpp"

namespace trunkline {

namespace {

// Servers and proxies limit the first line of a request.
constexpr size_t target_bytes_max = 1500;

} // namespace

service_request coqui_speech::request(std::string_view voice, std::string_view text) const {
  const std::vector<std::pair<std::string, std::string>> fields{
      {"text", std::string{text}},
      {"speaker_id", std::string{voice}},
      {"language_id", settings_.language}};
  auto target = with_query("/api/tts", fields);
  if (target.size() <= target_bytes_max)
    return {"GET", std::move(target), {}, {}};
  const auto question = target.find('?');
  return {"POST",
          target.substr(0, question),
          {{"Content-Type", "application/x-www-form-urlencoded"}},
          target.substr(question + 1)};
}

result<std::unique_ptr<audio_reader>> coqui_speech::reader(std::string_view content_type) const {
  return audio_reader_for("coqui", content_type, {.mulaw = true});
}

failure coqui_speech::error_of(const service_error& answer) const {
  return failure_of_answer("coqui", answer);
}

} // namespace trunkline
