#pragma once

#include "infra/net/client_loop.hpp"
#include "infra/providers/service.hpp"
#include "infra/providers/stt_provider.hpp"
#include "protocol/speech/utterance_codec.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace trunkline {

struct utterance_stt_settings {
  service_endpoint endpoint; ///< first_byte: how long the answer may take
  std::chrono::milliseconds lead_in{300};
  std::chrono::milliseconds voice_min{
      200}; ///< shorter sounds are noise: models invent words for it
  std::chrono::milliseconds utterance_max{30000}; ///< what is longer is cut there
};

/// A recogniser that is sent whole utterances, cut by our own voice activity, one HTTP request
/// each. No interim results. Finals come in the order of the utterances. One for each loop; used on
/// its thread, where its sinks are called.
class utterance_stt : public stt_provider {
public:
  utterance_stt(client_loop& loop, utterance_stt_settings settings,
                std::shared_ptr<const utterance_codec> codec);

  std::string name() const override { return settings_.endpoint.name; }
  std::unique_ptr<stt_session> open(stt_sink sink) override;

private:
  client_loop& loop_;
  const utterance_stt_settings settings_;
  const std::shared_ptr<const utterance_codec> codec_;
};

} // namespace trunkline
