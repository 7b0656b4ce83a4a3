#pragma once

#include "protocol/speech/recogniser_codec.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Deepgram's /v2/listen, Flux: it decides itself when the caller's turn is over.
//
//   -> audio*, CloseStream
//   <- Connected, TurnInfo*, Error; all with a sequence_id that grows by one
//
//   Ready --StartOfTurn--> Speaking --EagerEndOfTurn--> AwaitingEnd --EndOfTurn--> Ready
//                              ^------TurnResumed-----------'          (Speaking --EndOfTurn-->
//                              too)
//
// A TurnInfo carries the whole turn so far. Time advances only with audio, so a pause of the audio
// is filled with silence; there is no KeepAlive and no Finalize, and CloseStream ends no turn.

namespace trunkline {

struct deepgram_flux_settings {
  std::string api_key{};
  std::string model = "flux-general-en";
  double eot_threshold = 0.7;                            ///< 0.5 to 0.9: how sure of the turn's end
  std::optional<double> eager_eot_threshold{};           ///< 0.3 to 0.9; none: no early ends
  std::chrono::milliseconds eot_timeout{5000};           ///< silence that ends any turn
  std::vector<std::string> keyterms{}, language_hints{}; ///< hints: multilingual model only
  std::vector<std::string> redact{};
  bool numerals = false;
  bool mip_opt_out = false;
  std::string tag{};
};

/// One connection to /v2/listen.
class deepgram_flux final : public recogniser_codec {
public:
  explicit deepgram_flux(deepgram_flux_settings settings);

  service_request handshake() override;
  std::vector<socket_message> opening() override { return {}; }
  std::vector<socket_message> audio(std::span<const uint8_t> mulaw) override;
  std::vector<socket_message> flush() override { return {}; }
  std::vector<socket_message> keep_alive() override;
  std::vector<socket_message> closing() override;
  /// A gap in the sequence is a failure: an end of turn may have been in it.
  result<std::vector<recognised>> read(std::string_view message, bool binary) override;
  failure closed(uint16_t code, std::string_view reason) override;
  failure refused(const service_error& answer) override;

private:
  const deepgram_flux_settings settings_;
  std::optional<uint64_t> sequence_; ///< of the last message
  uint64_t turn_ = 0;                ///< turns before this one are over
};

} // namespace trunkline
