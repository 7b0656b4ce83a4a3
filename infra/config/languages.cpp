#include "infra/config/languages.hpp"

#include "protocol/phrases/catalogue.hpp"
#include "protocol/text/language_tag.hpp"
#include "protocol/text/voice_language.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using entries = std::vector<service_entry>;

const std::vector<std::string>& own_or(const std::vector<std::string>& own,
                                       const std::vector<std::string>& engines) {
  return own.empty() ? engines : own;
}

/// An empty tag was wrong, and that was told.
bool is_foreign(const std::string& tag) {
  return !tag.empty() && !is_english(tag);
}

entries without_embedded(entries all) {
  std::erase_if(all, [](const service_entry& one) { return one.name == "embedded"; });
  return all;
}

/// "Lupe" of "Polly.Lupe-Neural".
std::string polly_name(const std::string& say_voice) {
  if (!say_voice.starts_with("Polly."))
    return {};
  const auto name = say_voice.substr(6);
  return name.substr(0, name.find('-'));
}

std::string settings_voice(const std::string& service, const services_config& config) {
  const std::pair<const char*, const std::string&> voices[] = {
      {"elevenlabs", config.elevenlabs.voice}, {"openai", config.openai.voice},
      {"polly", config.polly.voice},           {"azure", config.azure.voice},
      {"deepgram", config.deepgram.voice},     {"coqui", config.coqui.speaker}};
  for (const auto& [name, voice] : voices)
    if (service == name)
      return voice;
  return {};
}

/// What is wrong with one language of an assistant.
void check(const assistant& who, const engine_config& config, std::vector<std::string>& out) {
  const auto where = "assistant " + who.id + ", language " + who.language + ": ";
  const bool our_speech = who.channel == "media_stream";
  const auto hears = recognisers_of(who, config);
  if (our_speech && hears.empty())
    out.push_back(where + "no recogniser is left, for the embedded one understands English only; "
                          "list others in stt, or use channel gather or relay");
  for (const auto& one : hears) {
    const auto& model =
        one.model.empty() && one.name == "deepgram" ? config.services.deepgram.model : one.model;
    if (const auto why = cannot_hear(one.name, model, who.language))
      out.push_back(where + "stt " + one.name + " does not fit: " + *why);
  }
  const auto speaks = voices_of(who, config);
  if (our_speech && speaks.empty())
    out.push_back(where + "no voice is left, for the embedded one speaks English only; list others "
                          "in tts, or use channel gather or relay");
  for (const auto& one : speaks) {
    const auto voice = voice_of(one, &one == &speaks.front(), who, config.services);
    if (const auto why = cannot_speak(one.name, voice, who.language))
      out.push_back(where + "tts " + one.name + " does not fit: " + *why +
                    "; name another voice, as docs/languages.md shows");
  }
}

} // namespace

void complete(spoken_language& one, const assistant& who) {
  if (one.say_voice.empty())
    one.say_voice = usual_say_voice(one.tag);
  if (one.emergency_line.empty())
    one.emergency_line = phrase_text(phrase::emergency, one.tag);
  if (one.recording_question.empty())
    one.recording_question = phrase_text(phrase::may_we_record, one.tag);
  if (one.stt.empty())
    one.stt = who.stt;
  if (one.tts.empty())
    one.tts = who.tts;
}

std::vector<std::string> unfit_say_voices(const assistant& who) {
  std::vector<std::string> lines;
  const auto look = [&](const std::string& key, const std::string& tag, const std::string& voice) {
    if (tag.empty())
      return; // told already
    const auto speaks = language_of_say_voice(voice);
    if (voice.empty())
      lines.push_back(key + " is missing; no voice of the carrier is known here for " + tag);
    else if (speaks && !same_language(*speaks, tag))
      lines.push_back(key + " '" + voice + "' speaks " + *speaks + ", not " + tag);
  };
  look("assistants.say_voice", who.language, who.say_voice);
  for (const auto& one : who.languages)
    look("assistants.languages.say_voice", one.tag, one.say_voice);
  return lines;
}

bool speaks_more_than_english(const assistant& who) {
  const auto tags = language_tags(who);
  return std::any_of(tags.begin(), tags.end(), is_foreign);
}

entries recognisers_of(const assistant& who, const engine_config& config) {
  auto all = service_entries(service_role::stt, own_or(who.stt, config.stt_providers));
  return is_english(who.language) ? all : without_embedded(std::move(all));
}

entries voices_of(const assistant& who, const engine_config& config) {
  auto all = service_entries(service_role::tts, own_or(who.tts, config.tts_providers));
  return is_english(who.language) ? all : without_embedded(std::move(all));
}

entries models_of(const assistant& who, const engine_config& config) {
  auto all = service_entries(service_role::llm, own_or(who.llm, config.llm_providers));
  return speaks_more_than_english(who) ? without_embedded(std::move(all)) : all;
}

std::string voice_of(const service_entry& entry, bool first, const assistant& who,
                     const services_config& config) {
  const bool model_is_voice =
      entry.name == "azure" || entry.name == "deepgram" || entry.name == "coqui";
  if (model_is_voice && !entry.model.empty())
    return entry.model;
  if (first && !who.service_voice.empty())
    return who.service_voice;
  auto usual = settings_voice(entry.name, config);
  if (entry.name == "polly" && cannot_speak("polly", usual, who.language))
    if (auto other = polly_name(who.say_voice); !other.empty())
      return other;
  return usual;
}

std::vector<std::string> unserved_languages(const engine_config& config) {
  std::vector<std::string> lines;
  for (const auto& who : config.assistants) {
    if (speaks_more_than_english(who) && models_of(who, config).empty())
      lines.push_back("assistant " + who.id +
                      ": no language model is left, for the embedded agent speaks English only; "
                      "list others in llm");
    for (const auto& tag : language_tags(who))
      if (is_foreign(tag))
        check(in_language(who, tag), config, lines);
  }
  return lines;
}

} // namespace trunkline
