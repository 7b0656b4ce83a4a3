#pragma once

#include "schema/records.hpp"

#include <optional>
#include <vector>

namespace trunkline {

/// The moments of one turn, on the call's clock, as they pass. Unset ones are skipped.
struct turn_moments {
  using when = std::optional<std::chrono::milliseconds>;
  when speech_end;  ///< last voiced frame of the caller
  when endpoint;    ///< the silence was long enough
  when decided;     ///< the turn was over (waited for the final if later than endpoint)
  when reply_asked; ///< the model was asked
  when first_token;
  when first_sentence;
  when voice_asked; ///< the first sentence went to the voice
  when first_audio; ///< its first audio came back
  when sent;        ///< and went out to the carrier
  when playout;     ///< the caller begins to hear it: what was queued before it has been played
  std::chrono::milliseconds tool{0};    ///< time spent in tools before the first token
  std::chrono::milliseconds durable{0}; ///< of that, until what they did was on the disk
};

/// Contiguous parts from speech_end to playout; their sum is what the caller waited. Steps of zero
/// length are left out, except that the list is never empty when there was a wait.
std::vector<latency_part> waterfall_of(const turn_moments& moments);

/// Sum of the parts.
int total_ms(const std::vector<latency_part>& parts);

} // namespace trunkline
