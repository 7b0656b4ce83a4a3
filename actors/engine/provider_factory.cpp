#include "actors/engine/provider_factory.hpp"

#include "actors/providers/watched.hpp"
#include "infra/config/languages.hpp"
#include "infra/config/tenant_keys.hpp"
#include "infra/providers/cached_tts.hpp"
#include "infra/providers/remote_services.hpp"
#include "protocol/text/language_tag.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

// A first answer later than this counts against a service.
constexpr std::chrono::milliseconds slow_final{1200}, slow_token{2500}, slow_audio{1000};

std::vector<unsigned> weights_of(const std::vector<service_entry>& entries) {
  std::vector<unsigned> weights;
  for (const auto& one : entries)
    weights.push_back(one.weight);
  return weights;
}

} // namespace

provider_factory::provider_factory(const engine_config& config,
                                   std::shared_ptr<provider_board> board)
    : config_(config), board_(std::move(board)), embedded_(config) {}

result<assistant_providers> provider_factory::make(const assistant& who, client_loop& loop) {
  assistant_providers made;
  made.template_answers = embedded_.agent();
  made.phrases = embedded_.phrases();
  if (auto added = add_speech(made, who, loop); !added)
    return added.error();
  if (auto added = add_models(made, who, loop); !added)
    return added.error();
  for (const auto& one : who.languages) {
    auto other = std::make_shared<assistant_providers>();
    if (auto added = add_speech(*other, in_language(who, one.tag), loop); !added)
      return added.error();
    made.renderers.insert(made.renderers.end(), other->renderers.begin(), other->renderers.end());
    if (!other->stts.empty() && !other->ttss.empty()) // else the carrier hears and speaks
      made.languages[one.tag] = std::move(other);
  }
  return made;
}

/// Recognisers and voices for the language spoken now.
result<void> provider_factory::add_speech(assistant_providers& to, const assistant& who,
                                          client_loop& loop) {
  const auto recognisers = recognisers_of(who, config_);
  const bool listens = std::any_of(recognisers.begin(), recognisers.end(),
                                   [](const auto& one) { return one.name == "embedded"; });
  // The embedded voice speaks English only.
  auto& prepared = prepared_[who.id + "\n" + who.language];
  if (is_english(who.language) && prepared != "v" + who.version) {
    if (auto done = embedded_.prepare(who, listens); !done)
      return done.error();
    prepared = "v" + who.version;
  }
  if (auto added = add_recognisers(to, who, loop); !added)
    return added;
  return add_voices(to, who, loop);
}

size_t provider_factory::endpoint(const char* role, const service_entry& entry,
                                  const assistant& who, std::chrono::milliseconds slow) {
  // What is embedded has queues of its own.
  const size_t at_once = entry.name == "embedded" ? 100000 : config_.providers.at_once_max;
  return board_->add(service_key(role, entry, who.tenant_id, config_), {at_once, slow});
}

result<void> provider_factory::add_recognisers(assistant_providers& to, const assistant& who,
                                               client_loop& loop) {
  const auto entries = recognisers_of(who, config_);
  to.stt_weights = weights_of(entries);
  const service_place place{services_of(who.tenant_id, config_), who, loop};
  for (const auto& entry : entries) {
    const auto number = endpoint("stt", entry, who, slow_final);
    std::shared_ptr<stt_provider> outside;
    if (entry.name != "embedded") {
      auto made = make_remote_stt(entry, place);
      if (!made)
        return made.error();
      outside = std::move(*made);
    }
    auto provider = outside ? outside : embedded_.recogniser(who);
    to.stts.push_back({watched(std::move(provider), board_, number), number, {}, outside});
  }
  return {};
}

result<void> provider_factory::add_models(assistant_providers& to, const assistant& who,
                                          client_loop& loop) {
  const auto entries = models_of(who, config_);
  to.llm_weights = weights_of(entries);
  const service_place place{services_of(who.tenant_id, config_), who, loop};
  for (const auto& entry : entries) {
    const auto number = endpoint("llm", entry, who, slow_token);
    std::shared_ptr<llm_provider> outside;
    if (entry.name != "embedded") {
      auto made = make_remote_llm(entry, place);
      if (!made)
        return made.error();
      outside = std::move(*made);
    }
    auto provider = outside ? outside : embedded_.agent();
    to.llms.push_back({watched(std::move(provider), board_, number), number, {}, outside});
  }
  return {};
}

result<void> provider_factory::add_voices(assistant_providers& to, const assistant& who,
                                          client_loop& loop) {
  const auto entries = voices_of(who, config_);
  to.tts_weights = weights_of(entries);
  const auto& services = services_of(who.tenant_id, config_);
  for (const auto& entry : entries) {
    const auto number = endpoint("tts", entry, who, slow_audio);
    remote_voice voice{embedded_.voice(), who.voice, embedded_voice_key(who)};
    std::shared_ptr<tts_provider> outside;
    if (entry.name != "embedded") {
      const bool first = &entry == &entries.front();
      auto made =
          make_remote_tts(entry, {services, who, loop, voice_of(entry, first, who, services)});
      if (!made)
        return made.error();
      voice = std::move(*made);
      outside = voice.provider;
    }
    auto counted = watched(voice.provider, board_, number);
    // Once for each version, language and voice, on the loop it is first made for.
    auto& rendered = rendered_[who.id + "\n" + who.language + "\n" + voice.key];
    if (outside && rendered != "v" + who.version) {
      rendered = "v" + who.version;
      to.renderers.push_back(std::make_shared<phrase_renderer>(loop.io, counted, voice.voice,
                                                               voice.key, embedded_.phrases()));
      to.renderers.back()->start(fixed_phrases(who));
    }
    to.ttss.push_back(
        {std::make_shared<cached_tts>(counted, embedded_.phrases(), voice.key, voice.voice), number,
         voice.key, outside});
  }
  return {};
}

} // namespace trunkline
