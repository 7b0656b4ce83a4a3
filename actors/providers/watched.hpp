#pragma once

#include "actors/providers/provider_board.hpp"
#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"

#include <memory>

namespace trunkline {

// Providers whose every request is counted on the board: its outcome, its latency and its place.
// One that may not be asked now (breaker open, no room) answers at once with `unavailable`. Latency
// is the time to the first token, the final transcript after the end of speech, the first audio.

std::shared_ptr<llm_provider> watched(std::shared_ptr<llm_provider> inner,
                                      std::shared_ptr<provider_board> board, size_t endpoint);
std::shared_ptr<stt_provider> watched(std::shared_ptr<stt_provider> inner,
                                      std::shared_ptr<provider_board> board, size_t endpoint);
std::shared_ptr<tts_provider> watched(std::shared_ptr<tts_provider> inner,
                                      std::shared_ptr<provider_board> board, size_t endpoint);

} // namespace trunkline
