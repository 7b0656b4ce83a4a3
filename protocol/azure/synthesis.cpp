#include "protocol/azure/synthesis.hpp"

#include "protocol/http/status_failure.hpp"
#include "protocol/speech/audio_readers.hpp"
#include "protocol/text/xml_escape.hpp"

#include <algorithm>

namespace trunkline {

namespace {

constexpr int rate_percent_max = 50;

// "en-US" of "en-US-JennyNeural".
std::string language_of(std::string_view voice) {
  const auto first = voice.find('-');
  const auto second = first == std::string_view::npos ? first : voice.find('-', first + 1);
  return second == std::string_view::npos ? "en-US" : std::string{voice.substr(0, second)};
}

} // namespace

service_request azure_synthesis::request(std::string_view voice, std::string_view text) const {
  const auto language = settings_.language.empty() ? language_of(voice) : settings_.language;
  auto ssml = R"(<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang=")" +
              xml_escaped(language) + R"("><voice name=")" + xml_escaped(voice) + R"(">)";
  const auto rate = std::clamp(settings_.rate_percent, -rate_percent_max, rate_percent_max);
  if (rate != 0)
    ssml +=
        R"(<prosody rate=")" + std::string{rate > 0 ? "+" : ""} + std::to_string(rate) + R"(%">)";
  ssml += xml_escaped(text);
  ssml += rate != 0 ? "</prosody></voice></speak>" : "</voice></speak>";
  return {"POST",
          "/cognitiveservices/v1",
          {{"Ocp-Apim-Subscription-Key", settings_.key},
           {"Content-Type", "application/ssml+xml"},
           {"X-Microsoft-OutputFormat", "raw-8khz-8bit-mono-mulaw"},
           {"User-Agent", "trunkline"}}, // required
          std::move(ssml)};
}

result<std::unique_ptr<audio_reader>> azure_synthesis::reader(std::string_view content_type) const {
  return audio_reader_for("azure", content_type, {.mulaw = true, .any_type = true});
}

failure azure_synthesis::error_of(const service_error& answer) const {
  return failure_of_answer("azure", answer);
}

} // namespace trunkline
