#pragma once

#include "protocol/speech/recogniser_codec.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

// Deepgram's /v1/listen, the models up to Nova. Text frames are JSON, binary frames are audio.
//
//   -> audio*, KeepAlive (nothing else to send), Finalize (settle now), CloseStream
//   <- Results (is_final: settled; speech_final: silence heard; from_finalize: the answer),
//      UtteranceEnd (no word came for a second), SpeechStarted, Metadata (after CloseStream), Error
//
// The socket lives only while audio or KeepAlive comes, and needs audio once to begin with. An
// empty binary frame would end the stream.

namespace trunkline {

struct deepgram_listen_settings {
  std::string api_key{};
  std::string model = "nova-3";
  std::string language{};                                    ///< empty: the service's default
  std::optional<std::chrono::milliseconds> endpointing{300}; ///< nullopt: off
  std::vector<std::string> keyterms{}; ///< names to spell; sent as keywords to older models
  bool smart_format = true;
  bool numerals = false;
  std::vector<std::string> redact{};
  bool mip_opt_out = false; ///< keeps the audio out of the training of models
  std::string tag{};        ///< of usage reports; never a caller's data
};

/// One connection to /v1/listen.
class deepgram_listen final : public recogniser_codec {
public:
  explicit deepgram_listen(deepgram_listen_settings settings);

  service_request handshake() override;
  std::vector<socket_message> opening() override { return {}; }
  std::vector<socket_message> audio(std::span<const uint8_t> mulaw) override;
  std::vector<socket_message> flush() override;
  std::vector<socket_message> keep_alive() override;
  std::vector<socket_message> closing() override;
  result<std::vector<recognised>> read(std::string_view message, bool binary) override;
  failure closed(uint16_t code, std::string_view reason) override;
  failure refused(const service_error& answer) override;

private:
  const deepgram_listen_settings settings_;
  bool had_audio_ = false;
  bool closing_ = false;
};

/// The terms that fit into one request of the service: at most 100 of about 500 tokens in all.
std::vector<std::string> deepgram_keyterms(const std::vector<std::string>& terms);

} // namespace trunkline
