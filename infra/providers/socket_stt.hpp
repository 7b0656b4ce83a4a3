#pragma once

#include "infra/net/client_loop.hpp"
#include "infra/providers/service.hpp"
#include "infra/providers/stt_provider.hpp"
#include "protocol/speech/recogniser_codec.hpp"
#include "protocol/speech/utterance_assembler.hpp"

#include <functional>
#include <memory>
#include <string>

namespace trunkline {

struct socket_stt_settings {
  service_endpoint endpoint;   ///< timeouts: connect and the handshake's answer
  assembler_settings assembly; ///< the codec may want final_within shorter, and sets flushes
};

/// A streaming recogniser behind a WebSocket, whatever protocol its codec speaks. The socket is
/// opened with the session, so it is there before the caller speaks; audio that comes earlier
/// waits, at most `early_audio_max`. A socket that the service does not read closes itself. One for
/// each loop; used on its thread, where its sinks are called. The end of the session closes the
/// socket politely.
class socket_stt : public stt_provider {
public:
  using codec_maker = std::function<std::unique_ptr<recogniser_codec>()>;
  static constexpr std::chrono::milliseconds early_audio_max{10000};

  socket_stt(client_loop& loop, socket_stt_settings settings, codec_maker make_codec);

  std::string name() const override { return settings_.endpoint.name; }
  std::unique_ptr<stt_session> open(stt_sink sink) override;

private:
  client_loop& loop_;
  const socket_stt_settings settings_;
  const codec_maker make_codec_;
};

} // namespace trunkline
