#pragma once

#include "protocol/audio/mulaw.hpp"
#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// One statement of a streaming recogniser, whatever service it is. Times count audio sent on this
/// connection.
struct recognised {
  std::string text{};       ///< interim: replaces the former one; settled: is added to the pieces
  bool settled = false;     ///< will not change any more
  bool whole_turn = false;  ///< text is the whole turn so far, not a piece of it
  bool ends_speech = false; ///< the service takes the utterance to be over
  bool early_end = false;   ///< the service takes the turn to be over, but may take that back
  bool taken_back = false;  ///< the caller goes on after an early_end
  bool answers_flush = false;
  bool stream_over = false; ///< nothing more will come
  float confidence = 1;
  std::chrono::milliseconds audio_end{0};  ///< end of the audio it covers; 0: not told
  std::vector<std::string> alternatives{}; ///< other hypotheses of a settled text
};

/// One WebSocket message.
struct socket_message {
  std::string bytes;
  bool binary = false;
};

/// Speaks the protocol of one streaming recogniser over a WebSocket. Pure: bytes to values and
/// back; holds the state of one connection. Audio is mu-law, 8000 Hz, 8 bytes a millisecond.
class recogniser_codec {
public:
  virtual ~recogniser_codec() = default;
  /// GET with the WebSocket path, query and the service's own headers (credentials).
  virtual service_request handshake() = 0;
  /// Sent at once after the handshake.
  virtual std::vector<socket_message> opening() = 0;
  virtual std::vector<socket_message> audio(std::span<const uint8_t> mulaw) = 0;
  /// Speech has ended: what the service holds back shall come now. Empty when it has no such order.
  virtual std::vector<socket_message> flush() = 0;
  /// When no audio was sent for `keep_alive_every`. Empty: the service needs none.
  virtual std::vector<socket_message> keep_alive() = 0;
  virtual std::vector<socket_message> closing() = 0;

  /// Unknown messages are no failure and yield nothing; what cannot be read is one.
  virtual result<std::vector<recognised>> read(std::string_view message, bool binary) = 0;
  /// The socket was closed by the service.
  virtual failure closed(uint16_t code, std::string_view reason) = 0;
  /// The handshake was answered with another status than 101.
  virtual failure refused(const service_error& answer) = 0;

  /// Audio sent on this connection so far, silence that the codec adds included: the clock of
  /// `recognised::audio_end`.
  std::chrono::milliseconds audio_sent() const {
    return std::chrono::milliseconds{audio_bytes_ / mulaw_bytes_per_ms};
  }

  std::chrono::milliseconds keep_alive_every{4000};
  bool can_flush = false; ///< flush() makes the service settle what it holds back
  /// Longer than this after the end of the voice is no answer.
  std::chrono::milliseconds final_within{1500};

protected:
  void count_audio(size_t mulaw_bytes) { audio_bytes_ += mulaw_bytes; }

private:
  uint64_t audio_bytes_ = 0;
};

} // namespace trunkline
