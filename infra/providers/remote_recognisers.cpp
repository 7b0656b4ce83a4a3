// Recognisers by name.

#include "infra/privacy/random.hpp"
#include "infra/providers/remote_services.hpp"
#include "infra/providers/socket_stt.hpp"
#include "infra/providers/utterance_stt.hpp"
#include "infra/store/record_json.hpp"
#include "protocol/azure/recognition.hpp"
#include "protocol/deepgram/flux.hpp"
#include "protocol/deepgram/listen.hpp"
#include "protocol/openai/transcription.hpp"
#include "protocol/text/language_tag.hpp"
#include "protocol/vosk/recognition.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

/// Connect, the handshake's answer, whole (sockets have no end of their own).
constexpr client_timeouts socket{1500ms, 2000ms, 5000ms};
/// Connect, the transcript (replaced by the assistant's speech timeout), whole.
constexpr client_timeouts cloud{1500ms, 3000ms, 8000ms}, local{500ms, 3000ms, 12000ms};

std::string language_code(const assistant& who) {
  return std::string{primary_language(who.language)};
}

const std::string& model_or(const service_entry& entry, const std::string& otherwise) {
  return entry.model.empty() ? otherwise : entry.model;
}

// Names that a model should know how to spell, as a sentence a caller might say.
std::string spelling_prompt(const assistant& who) {
  std::string text;
  for (const auto& term : terms_of(who))
    text += (text.empty() ? "" : ", ") + term;
  return text;
}

std::shared_ptr<stt_provider> listening(const service_entry& entry, const service_place& place,
                                        const std::string& base_url,
                                        socket_stt::codec_maker make_codec) {
  socket_stt_settings settings;
  settings.endpoint = {entry.name, base_url, socket};
  settings.assembly.final_within = place.who.turns.speech_timeout;
  settings.assembly.utterance_max = place.who.turns.utterance_max;
  return std::make_shared<socket_stt>(place.loop, std::move(settings), std::move(make_codec));
}

std::shared_ptr<stt_provider> transcribing(const service_entry& entry, const service_place& place,
                                           const std::string& base_url,
                                           const client_timeouts& timeouts,
                                           openai_transcription_settings codec) {
  codec.service = entry.name;
  codec.language = language_code(place.who);
  codec.prompt = spelling_prompt(place.who);
  utterance_stt_settings settings;
  settings.endpoint = {entry.name, base_url, timeouts};
  settings.endpoint.timeouts.first_byte = place.who.turns.speech_timeout;
  settings.utterance_max = place.who.turns.utterance_max;
  return std::make_shared<utterance_stt>(place.loop, std::move(settings),
                                         std::make_shared<openai_transcription>(std::move(codec)));
}

using made_stt = result<std::shared_ptr<stt_provider>>;

made_stt deepgram(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.deepgram;
  const auto& model = model_or(entry, config.model);
  if (model.starts_with("flux")) {
    deepgram_flux_settings settings;
    settings.api_key = config.api_key;
    settings.model = model;
    settings.eot_threshold = config.eot_threshold;
    if (config.eager_eot_threshold > 0)
      settings.eager_eot_threshold = config.eager_eot_threshold;
    settings.keyterms = terms_of(place.who);
    return listening(entry, place, config.base_url,
                     [settings] { return std::make_unique<deepgram_flux>(settings); });
  }
  deepgram_listen_settings settings;
  settings.api_key = config.api_key;
  settings.model = model;
  settings.language = place.who.language;
  settings.endpointing = milliseconds{config.endpointing_ms};
  settings.keyterms = terms_of(place.who);
  return listening(entry, place, config.base_url,
                   [settings] { return std::make_unique<deepgram_listen>(settings); });
}

made_stt azure(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.azure;
  const auto base = config.base_url.empty()
                        ? "https://" + config.region + ".stt.speech.microsoft.com"
                        : config.base_url;
  azure_recognition_settings settings;
  settings.key = config.api_key;
  settings.language = place.who.language;
  settings.phrases = terms_of(place.who);
  settings.segmentation = 300ms; // the shortest silence that may end a turn
  settings.new_id = [] { return random_hex(16); };
  settings.timestamp = [] {
    return iso_time(
        std::chrono::time_point_cast<timestamp::duration>(std::chrono::system_clock::now()));
  };
  return listening(entry, place, base,
                   [settings] { return std::make_unique<azure_recognition>(settings); });
}

made_stt vosk(const service_entry& entry, const service_place& place) {
  return listening(entry, place, place.config.vosk.base_url,
                   [] { return std::make_unique<vosk_recognition>(vosk_recognition_settings{}); });
}

made_stt openai(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.openai;
  auto codec = openai_transcription_profile("openai");
  if (!codec)
    return codec.error();
  codec->api_key = config.api_key;
  codec->model = model_or(entry, config.transcription_model);
  return transcribing(entry, place, config.base_url, cloud, std::move(*codec));
}

made_stt whisper(const service_entry& entry, const service_place& place) {
  const auto& config = place.config.whisper;
  auto codec = openai_transcription_profile(config.profile);
  if (!codec)
    return codec.error();
  codec->api_key = config.api_key;
  codec->model = model_or(entry, config.model);
  return transcribing(entry, place, config.base_url, local, std::move(*codec));
}

} // namespace

std::vector<std::string> terms_of(const assistant& who) {
  std::vector<std::string> terms{who.business, who.agent_name};
  for (const auto& one : who.staff) {
    terms.push_back(one.name);
    terms.insert(terms.end(), one.aliases.begin(), one.aliases.end());
  }
  for (const auto& one : who.services) {
    terms.push_back(one.name);
    terms.insert(terms.end(), one.aliases.begin(), one.aliases.end());
  }
  terms.insert(terms.end(), who.extra_phrases.begin(), who.extra_phrases.end());
  std::vector<std::string> unique;
  for (auto& term : terms)
    if (!term.empty() && std::find(unique.begin(), unique.end(), term) == unique.end())
      unique.push_back(std::move(term));
  return unique;
}

made_stt make_remote_stt(const service_entry& entry, const service_place& place) {
  static const std::map<std::string,
                        std::function<made_stt(const service_entry&, const service_place&)>>
      makers{{"deepgram", deepgram},
             {"azure", azure},
             {"vosk", vosk},
             {"openai", openai},
             {"whisper", whisper}};
  const auto found = makers.find(entry.name);
  if (found == makers.end())
    return failure{failure_kind::not_found, "no outside recogniser is named " + entry.name};
  return found->second(entry, place);
}

} // namespace trunkline
