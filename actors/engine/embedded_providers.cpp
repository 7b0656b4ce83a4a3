#include "actors/engine/embedded_providers.hpp"

#include "actors/agent/embedded_agent.hpp"
#include "actors/providers/watched.hpp"
#include "infra/log/log.hpp"
#include "infra/providers/cached_tts.hpp"
#include "infra/speech/embedded_stt.hpp"
#include "infra/speech/flite_tts.hpp"
#include "infra/speech/flite_voice.hpp"
#include "infra/work/worker_pool.hpp"
#include "protocol/phrases/catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <thread>

namespace trunkline {

namespace {

// Refused beyond this: the recogniser answers "rejected", the voice "overloaded".
constexpr size_t speech_queue_max = 2000;

size_t workers_of(const engine_config& config) {
  return config.speech.workers > 0 ? config.speech.workers
                                   : std::max(2u, std::thread::hardware_concurrency());
}

} // namespace

struct embedded_providers::parts {
  explicit parts(const engine_config& config)
      : decoders(config.speech.decoders > 0 ? config.speech.decoders : 2 * workers_of(config)),
        scratch(config.state_dir.empty() ? std::filesystem::temp_directory_path()
                                         : std::filesystem::path{config.state_dir}),
        // Speaking must not wait behind recognition, so each has threads of its own.
        recognition("speech-in", workers_of(config), speech_queue_max),
        synthesis("speech-out", 2, speech_queue_max), files("phrases", 1, speech_queue_max),
        cache(std::make_shared<phrase_cache>(
            phrase_cache::settings{.directory = config.state_dir.empty() ? std::filesystem::path{}
                                                                         : scratch / "phrases"},
            &files)),
        voice(std::make_shared<flite_tts>(synthesis, flite_tts_settings{})),
        agent(std::make_shared<embedded_agent>()) {}

  size_t decoders;
  std::filesystem::path scratch;
  worker_pool recognition, synthesis, files;
  std::shared_ptr<phrase_cache> cache;
  std::shared_ptr<flite_tts> voice;
  std::shared_ptr<embedded_agent> agent;
  struct recogniser {
    std::string version;
    std::shared_ptr<stt_provider> provider;
  };
  std::map<std::string, recogniser> recognisers; ///< by assistant id: the last version's
};

embedded_providers::embedded_providers(const engine_config& config)
    : parts_(std::make_unique<parts>(config)) {}

embedded_providers::~embedded_providers() = default;

result<void> embedded_providers::prepare(const assistant& who, bool recogniser) {
  for (const auto& phrase : fixed_phrases(who)) {
    if (parts_->cache->restore(embedded_voice_key(who), phrase))
      continue;
    auto sound = synthesize_mulaw(who.voice, phrase);
    if (!sound)
      return sound.error();
    parts_->cache->keep(embedded_voice_key(who), phrase,
                        std::make_shared<const std::vector<uint8_t>>(std::move(*sound)));
  }
  if (!recogniser) {
    parts_->recognisers.erase(who.id);
    return {};
  }
  embedded_stt_settings settings;
  settings.decoders = parts_->decoders;
  settings.scratch = parts_->scratch;
  auto made = embedded_stt::make(parts_->recognition, who, settings);
  if (!made)
    return made.error();
  for (const auto& gap : (*made)->gaps())
    log_event(
        log_level::debug, "speech.word_not_in_dictionary",
        {{"word", gap.word}, {"source", gap.source}, {"left_out", gap.pronunciation.empty()}});
  parts_->recognisers[who.id] = {who.version, std::move(*made)};
  return {};
}

std::shared_ptr<stt_provider> embedded_providers::recogniser(const assistant& who) const {
  const auto found = parts_->recognisers.find(who.id);
  return found == parts_->recognisers.end() || found->second.version != who.version
             ? nullptr
             : found->second.provider;
}

std::shared_ptr<tts_provider> embedded_providers::voice() const {
  return parts_->voice;
}

std::shared_ptr<llm_provider> embedded_providers::agent() const {
  return parts_->agent;
}

std::shared_ptr<phrase_cache> embedded_providers::phrases() const {
  return parts_->cache;
}

result<assistant_providers> embedded_providers::make(const assistant& who, provider_board& board) {
  if (!recogniser(who))
    if (auto prepared = prepare(who, true); !prepared)
      return prepared.error();
  const auto shared = board.shared_from_this();
  const auto stt = board.add("stt:embedded", {});
  const auto llm = board.add("llm:embedded", {});
  const auto tts = board.add("tts:embedded", {});
  assistant_providers all;
  all.stts = {{watched(recogniser(who), shared, stt), stt}};
  all.llms = {{watched(agent(), shared, llm), llm}};
  const auto key = embedded_voice_key(who);
  all.ttss = {
      {std::make_shared<cached_tts>(watched(voice(), shared, tts), phrases(), key, who.voice), tts,
       key}};
  all.template_answers = agent();
  all.phrases = phrases();
  return all;
}

std::string embedded_voice_key(const assistant& who) {
  return "embedded/" + who.voice;
}

std::vector<std::string> fixed_phrases(const assistant& who) {
  std::vector<std::string> all{who.greeting, who.emergency_line};
  const auto add = [&](std::initializer_list<phrase> some) {
    for (const auto one : some)
      all.emplace_back(phrase_text(one, who.language));
  };
  if (who.recording.mode == "on" && !who.recording.announcement.empty())
    all.push_back(who.recording.announcement);
  if (who.recording.mode == "after_consent") {
    all.push_back(who.recording.question);
    add({phrase::is_recorded, phrase::not_recorded});
  }
  add({phrase::working, phrase::one_moment, phrase::still_there, phrase::ask_again, phrase::cut_off,
       phrase::was_booked, phrase::how_can_i_help, phrase::cannot_answer, phrase::keypad_menu,
       phrase::keypad_message, phrase::voice_lost, phrase::decline, phrase::silent_goodbye});
  return all;
}

} // namespace trunkline
