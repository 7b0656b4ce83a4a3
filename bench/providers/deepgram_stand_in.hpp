#pragma once

#include "bench/providers/spoken_input.hpp"
#include "bench/providers/stand_in_server.hpp"

#include <memory>

namespace trunkline {

struct deepgram_stand_in_settings {
  std::shared_ptr<told_words> words;
  latency_spread latency{std::chrono::milliseconds{200}}; ///< of every result
  latency_spread voice{std::chrono::milliseconds{150}};   ///< to the first audio of a voice
  /// The final differs from the last interim by this word at its end; empty: it is the same.
  std::string last_word_changes{};
  uint64_t seed = 1;
};

/// Stand-in of Deepgram: /v1/listen (interims every 100 ms of audio, speech_final after silence,
/// Finalize, KeepAlive, CloseStream), /v2/listen (Flux: Update, EagerEndOfTurn, TurnResumed,
/// EndOfTurn) and POST /v1/speak.
std::unique_ptr<stand_in_service> deepgram_stand_in(deepgram_stand_in_settings settings);

/// A humming sound as long as speaking the text takes at about 15 characters a second, mu-law.
std::vector<uint8_t> humming(const std::string& text);

} // namespace trunkline
