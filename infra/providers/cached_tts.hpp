#pragma once

#include "infra/providers/tts_provider.hpp"
#include "infra/speech/phrase_cache.hpp"

#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// A voice whose sentences are looked up before they are asked for, and remembered. What is in the
/// cache is given out at once, within speak(). `voice_key` names the voice as it sounds: service,
/// voice and settings; `voice` is the service's own name of it, whatever a call asks for.
class cached_tts : public tts_provider {
public:
  cached_tts(std::shared_ptr<tts_provider> inner, std::shared_ptr<phrase_cache> cache,
             std::string voice_key, std::string voice);

  std::string name() const override { return inner_->name(); }
  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) override;

private:
  const std::shared_ptr<tts_provider> inner_;
  const std::shared_ptr<phrase_cache> cache_;
  const std::string voice_key_, voice_;
};

/// A voice that knows only the kept phrases of the cache, in whatever voice they are there; needs
/// nothing outside (L2). Anything else is `not_found`.
class phrase_voice : public tts_provider {
public:
  phrase_voice(std::shared_ptr<phrase_cache> cache, std::string voice_key);

  std::string name() const override { return "phrases"; }
  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) override;

private:
  const std::shared_ptr<phrase_cache> cache_;
  const std::string voice_key_;
};

} // namespace trunkline
