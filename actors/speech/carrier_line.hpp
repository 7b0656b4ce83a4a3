#pragma once

#include "actors/interfaces.hpp"
#include "actors/speech/carrier_words.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace trunkline {

/// A sentence on its way to a carrier that speaks it.
struct carrier_line {
  uint64_t sentence = 0;
  std::string text;
  speak_kind kind = speak_kind::reply;
  uint64_t held_for = 0;
  bool interruptible = true;
  size_t before = 0; ///< bytes of the sentence that were heard
  std::string language{};
};

/// What was held for a reply is to be said, or is forgotten.
void settle(std::deque<carrier_line>& lines, const settle_held& order);

/// The supervisor hears it as from a recogniser and voice activity of ours.
void tell_events(words_actor::pointer self, const call_actor& call,
                 const carrier_words::events& events);

} // namespace trunkline
