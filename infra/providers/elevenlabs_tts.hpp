#pragma once

#include "infra/net/client_loop.hpp"
#include "infra/providers/service.hpp"
#include "infra/providers/tts_provider.hpp"
#include "protocol/elevenlabs/multi_stream.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace trunkline {

struct elevenlabs_tts_settings {
  service_endpoint endpoint;         ///< timeouts: connect and the handshake's answer
  elevenlabs_stream_settings stream; ///< its voice: when a call names none
  std::chrono::milliseconds first_audio{1500};
  std::chrono::milliseconds between_chunks{2000};
};

/// ElevenLabs over one WebSocket a session, each sentence in a context of its own: an interrupted
/// one costs no new connection. The socket is opened with the session and, when the service has
/// closed it in a silence, again with the next sentence. A socket lost under a sentence is that
/// sentence's failure. One for each loop; used on its thread, where its sinks are called.
class elevenlabs_tts : public tts_provider {
public:
  elevenlabs_tts(client_loop& loop, elevenlabs_tts_settings settings);

  std::string name() const override { return settings_.endpoint.name; }
  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) override;

private:
  client_loop& loop_;
  const elevenlabs_tts_settings settings_;
};

} // namespace trunkline
