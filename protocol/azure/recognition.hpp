#pragma once

#include "protocol/azure/frame.hpp"
#include "protocol/speech/audio_batch.hpp"
#include "protocol/speech/recogniser_codec.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

// Azure's speech to text over a WebSocket. A turn is one stream of audio with its own request id;
// it holds many phrases and usually lasts as long as the socket.
//
//   -> speech.config, then for each turn: speech.context (phrases), audio with a RIFF head, audio*,
//      audio without content (the end)
//   <- turn.start, speech.hypothesis* (may change), speech.phrase (settled), ..., turn.end
//
// When the service ends a turn, the next audio opens another one, whose times start at 0.

namespace trunkline {

struct azure_recognition_settings {
  std::string key{};
  std::string language = "en-US";
  std::vector<std::string> phrases{};          ///< names to listen for
  std::chrono::milliseconds segmentation{500}; ///< silence that ends a phrase; 100 to 5000
  std::function<std::string()> new_id{};       ///< 32 random hex digits
  std::function<std::string()> timestamp{};    ///< UTC, "2026-01-31T10:00:00.000Z"
};

/// One connection. It has no order to settle: a phrase ends with its silence.
class azure_recognition final : public recogniser_codec {
public:
  explicit azure_recognition(azure_recognition_settings settings);

  service_request handshake() override;
  std::vector<socket_message> opening() override;
  std::vector<socket_message> audio(std::span<const uint8_t> mulaw) override;
  std::vector<socket_message> flush() override { return {}; }
  /// What was too short to be sent by itself.
  std::vector<socket_message> keep_alive() override;
  std::vector<socket_message> closing() override;
  result<std::vector<recognised>> read(std::string_view message, bool binary) override;
  failure closed(uint16_t code, std::string_view reason) override;
  failure refused(const service_error& answer) override;

private:
  azure_frame frame(std::string path, std::string type, std::string content) const;
  void open_turn(std::vector<socket_message>& to);
  void append_audio(std::vector<uint8_t> mulaw, std::vector<socket_message>& to);
  result<std::vector<recognised>> read_phrase(const nlohmann::json& phrase) const;
  std::chrono::milliseconds end_of(const nlohmann::json& what) const;

  const azure_recognition_settings settings_;
  audio_batch batch_;
  std::string request_id_;
  bool turn_open_ = false;
  bool closing_ = false;
  uint64_t sent_bytes_ = 0;                 ///< of mu-law; what waits in the batch is not sent
  std::chrono::milliseconds turn_start_{0}; ///< audio sent before this turn
};

} // namespace trunkline
