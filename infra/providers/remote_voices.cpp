// Voices by name.

#include "infra/providers/elevenlabs_tts.hpp"
#include "infra/providers/remote_services.hpp"
#include "infra/providers/voice_tts.hpp"
#include "protocol/azure/synthesis.hpp"
#include "protocol/coqui/speech.hpp"
#include "protocol/deepgram/speak.hpp"
#include "protocol/elevenlabs/speech.hpp"
#include "protocol/openai/speech.hpp"
#include "protocol/polly/speech.hpp"
#include "protocol/text/language_tag.hpp"

#include <array>
#include <ctime>
#include <functional>
#include <map>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

/// Connect, first byte (replaced by the first audio's own), whole.
constexpr client_timeouts cloud{1500ms, 1500ms, 30000ms};
// A server of one's own speaks whole sentences, one after the other.
constexpr client_timeouts local{500ms, 4000ms, 30000ms};

std::string number_text(double value) {
  return std::to_string(static_cast<int>(value * 100 + 0.5));
}

std::string now_for_aws() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

std::string language_code(const assistant& who) {
  return std::string{primary_language(who.language)};
}

remote_voice spoken(const service_entry& entry, const service_place& place,
                    const std::string& base_url, std::string voice,
                    std::shared_ptr<const voice_codec> codec,
                    const client_timeouts& timeouts = cloud) {
  voice_tts_settings settings;
  settings.endpoint = {entry.name, base_url, timeouts};
  settings.voice = voice;
  settings.first_audio = timeouts.first_byte;
  auto key = entry.name + "/" + entry.model + "/" + voice;
  return {std::make_shared<voice_tts>(place.loop, std::move(settings), std::move(codec)),
          std::move(voice), std::move(key)};
}

const std::string& voice_or(const service_place& place, const std::string& otherwise) {
  return place.voice.empty() ? otherwise : place.voice;
}

// The entry's model may name another voice model than the configuration: "openai:tts-1".
const std::string& model_or(const service_entry& entry, const std::string& otherwise) {
  return entry.model.empty() ? otherwise : entry.model;
}

result<remote_voice> elevenlabs(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.elevenlabs;
  const auto& model = model_or(entry, config.model);
  const auto& name = voice_or(place, config.voice);
  const elevenlabs_voice_settings how{config.stability, config.similarity_boost, config.style,
                                      config.speed};
  remote_voice voice;
  if (config.socket) {
    elevenlabs_tts_settings settings;
    settings.endpoint = {entry.name, config.base_url, cloud};
    settings.stream = {config.api_key, name, model, language_code(place.who), how};
    settings.first_audio = cloud.first_byte;
    voice = {std::make_shared<elevenlabs_tts>(place.loop, std::move(settings)), name,
             entry.name + "/" + entry.model + "/" + name};
  } else {
    voice = spoken(entry, place, config.base_url, name,
                   std::make_shared<elevenlabs_speech>(elevenlabs_speech_settings{
                       config.api_key, model, language_code(place.who), how}));
  }
  voice.key += "/" + number_text(config.stability) + "/" + number_text(config.similarity_boost) +
               "/" + number_text(config.style) + "/" + number_text(config.speed);
  return voice;
}

result<remote_voice> openai(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.openai;
  openai_speech_settings settings;
  settings.api_key = config.api_key;
  settings.model = model_or(entry, config.speech_model);
  return spoken(entry, place, config.base_url, voice_or(place, config.voice),
                std::make_shared<openai_speech>(std::move(settings)));
}

result<remote_voice> polly(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.polly;
  const auto base = config.base_url.empty() ? "https://polly." + config.region + ".amazonaws.com"
                                            : config.base_url;
  polly_speech_settings settings;
  settings.credentials = {config.access_key_id, config.secret_access_key, config.session_token};
  settings.region = config.region;
  if (const auto url = parse_url(base)) {
    const bool usual = url->port == (url->secure() ? 443 : 80);
    settings.host = url->host + (usual ? "" : ":" + std::to_string(url->port));
  }
  settings.engine = model_or(entry, config.engine);
  settings.amz_date = now_for_aws;
  return spoken(entry, place, base, voice_or(place, config.voice),
                std::make_shared<polly_speech>(std::move(settings)));
}

result<remote_voice> azure(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.azure;
  const auto base = config.base_url.empty()
                        ? "https://" + config.region + ".tts.speech.microsoft.com"
                        : config.base_url;
  azure_synthesis_settings settings;
  settings.key = config.api_key;
  return spoken(entry, place, base, model_or(entry, voice_or(place, config.voice)),
                std::make_shared<azure_synthesis>(std::move(settings)));
}

result<remote_voice> deepgram(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.deepgram;
  deepgram_speak_settings settings;
  settings.api_key = config.api_key;
  return spoken(entry, place, config.base_url, model_or(entry, voice_or(place, config.voice)),
                std::make_shared<deepgram_speak>(std::move(settings)));
}

result<remote_voice> coqui(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.coqui;
  coqui_speech_settings settings;
  if (!is_english(place.who.language)) // models of one language need none
    settings.language = language_code(place.who);
  return spoken(entry, place, config.base_url, model_or(entry, voice_or(place, config.speaker)),
                std::make_shared<coqui_speech>(std::move(settings)), local);
}

} // namespace

result<remote_voice> make_remote_tts(const service_entry& entry, const service_place& place) {
  static const std::map<
      std::string, std::function<result<remote_voice>(const service_entry&, const service_place&)>>
      makers{{"elevenlabs", elevenlabs}, {"openai", openai},     {"polly", polly},
             {"azure", azure},           {"deepgram", deepgram}, {"coqui", coqui}};
  const auto found = makers.find(entry.name);
  if (found == makers.end())
    return failure{failure_kind::not_found, "no outside voice is named " + entry.name};
  return found->second(entry, place);
}

} // namespace trunkline
