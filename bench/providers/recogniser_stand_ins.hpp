#pragma once

#include "bench/providers/spoken_input.hpp"
#include "bench/providers/stand_in_server.hpp"

#include <memory>

namespace trunkline {

struct recogniser_stand_in_settings {
  std::shared_ptr<told_words> words;
  latency_spread latency{std::chrono::milliseconds{200}};
  latency_spread voice{std::chrono::milliseconds{150}}; ///< Azure's voice: to the first audio
  std::string key{};                                    ///< Azure: another one is refused
  uint64_t seed = 1;
};

/// Stand-in of a Vosk server: its root takes the WebSocket; one answer for each binary message.
std::unique_ptr<stand_in_service> vosk_stand_in(recogniser_stand_in_settings settings);
/// Stand-in of Azure Speech: the recognition WebSocket and the REST voice.
std::unique_ptr<stand_in_service> azure_stand_in(recogniser_stand_in_settings settings);

} // namespace trunkline
