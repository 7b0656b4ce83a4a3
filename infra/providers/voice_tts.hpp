#pragma once

#include "infra/net/client_loop.hpp"
#include "infra/providers/service.hpp"
#include "infra/providers/tts_provider.hpp"
#include "protocol/speech/voice_codec.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace trunkline {

struct voice_tts_settings {
  service_endpoint endpoint;
  std::string voice; ///< when a call names none
  std::chrono::milliseconds first_audio{1500};
  std::chrono::milliseconds between_chunks{2000};
};

/// A voice behind HTTP, whatever protocol its codec speaks: one request a sentence, its audio given
/// out as it arrives; the next sentence is asked for while the first is being answered. One for
/// each loop; used on its thread, where its sinks are called.
class voice_tts : public tts_provider {
public:
  voice_tts(client_loop& loop, voice_tts_settings settings,
            std::shared_ptr<const voice_codec> codec);

  std::string name() const override { return settings_.endpoint.name; }
  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) override;

private:
  client_loop& loop_;
  const voice_tts_settings settings_;
  const std::shared_ptr<const voice_codec> codec_;
};

} // namespace trunkline
