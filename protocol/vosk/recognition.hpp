#pragma once

#include "protocol/speech/audio_batch.hpp"
#include "protocol/speech/recogniser_codec.hpp"

#include <chrono>
#include <deque>
#include <string>
#include <vector>

// The WebSocket of a Vosk server. The text orders are compared byte by byte there; any other text
// would be taken for audio.
//
//   -> config, then (binary PCM | {"reset" : 1})*, {"eof" : 1}
//   <- one text for each binary message and each order: {"partial"} or, at a silence or after an
//      order, {"text"}; no answer to config
//
// Answers come in the order of what was sent, so each one's place tells what it is about.

namespace trunkline {

struct vosk_recognition_settings {
  unsigned max_alternatives = 0;      ///< over 0: there is no confidence
  std::vector<std::string> phrases{}; ///< nothing else is recognised; empty: everything is
};

/// One connection to a Vosk server, which has no credentials.
class vosk_recognition final : public recogniser_codec {
public:
  explicit vosk_recognition(vosk_recognition_settings settings);

  service_request handshake() override;
  std::vector<socket_message> opening() override;
  std::vector<socket_message> audio(std::span<const uint8_t> mulaw) override;
  std::vector<socket_message> flush() override;
  /// What was too short to be sent by itself.
  std::vector<socket_message> keep_alive() override;
  std::vector<socket_message> closing() override;
  result<std::vector<recognised>> read(std::string_view message, bool binary) override;
  failure closed(uint16_t code, std::string_view reason) override;
  failure refused(const service_error& answer) override;

private:
  enum class sent { audio, reset, eof };
  struct due_answer {
    sent about;
    std::chrono::milliseconds audio_end;
  };

  std::vector<socket_message> order(sent what, const char* text);
  void append_audio(std::vector<uint8_t> mulaw, std::vector<socket_message>& to);

  const vosk_recognition_settings settings_;
  audio_batch batch_;
  std::deque<due_answer> due_; ///< answers that are still to come
  uint64_t sent_bytes_ = 0;    ///< of mu-law; what waits in the batch is not sent
};

} // namespace trunkline
