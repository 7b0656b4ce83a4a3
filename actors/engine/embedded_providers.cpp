#include "actors/engine/embedded_providers.hpp"

#include "actors/agent/embedded_agent.hpp"
#include "actors/call/phrases.hpp"
#include "infra/log/log.hpp"
#include "infra/speech/embedded_stt.hpp"
#include "infra/speech/flite_tts.hpp"
#include "infra/work/worker_pool.hpp"

#include <algorithm>
#include <filesystem>
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
        synthesis("speech-out", 2, speech_queue_max),
        voice(std::make_shared<flite_tts>(synthesis, flite_tts_settings{})),
        agent(std::make_shared<embedded_agent>()) {}

  size_t decoders;
  std::filesystem::path scratch;
  worker_pool recognition, synthesis;
  std::shared_ptr<flite_tts> voice;
  std::shared_ptr<embedded_agent> agent;
};

embedded_providers::embedded_providers(const engine_config& config)
    : parts_(std::make_unique<parts>(config)) {}

embedded_providers::~embedded_providers() = default;

result<assistant_providers> embedded_providers::make(const assistant& who) {
  embedded_stt_settings settings;
  settings.decoders = parts_->decoders;
  settings.scratch = parts_->scratch;
  auto recogniser = embedded_stt::make(parts_->recognition, who, settings);
  if (!recogniser)
    return recogniser.error();
  for (const auto& gap : (*recogniser)->gaps())
    log_event(
        log_level::debug, "speech.word_not_in_dictionary",
        {{"word", gap.word}, {"source", gap.source}, {"left_out", gap.pronunciation.empty()}});
  std::vector<std::string> phrases{who.greeting, who.emergency_line};
  phrases.insert(phrases.end(), phrases::all.begin(), phrases::all.end());
  for (const auto& phrase : phrases)
    if (auto rendered = parts_->voice->prerender(who.voice, phrase); !rendered)
      return rendered.error();
  return assistant_providers{
      std::shared_ptr<stt_provider>{std::move(*recogniser)}, {parts_->agent}, parts_->voice};
}

} // namespace trunkline
