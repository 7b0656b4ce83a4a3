#pragma once

#include "actors/agent/understanding.hpp"

#include <span>

namespace trunkline {

struct scored_intent {
  intent wants = intent::none;
  double strength = 0;
};

/// The strongest intent among the words, by a table of phrases with weights.
scored_intent strongest_intent(std::span<const std::string> words);

/// Agreement and refusal. Both may be false; never both true.
struct yes_or_no {
  bool yes = false, no = false;
};
yes_or_no read_answer(std::span<const std::string> words);

bool is_correction(std::span<const std::string> words);
bool is_question(std::span<const std::string> words);
/// Sounds and small words that carry nothing: "um", "well", "please".
bool is_filler(std::string_view word);
/// Words that are never part of a name.
bool is_common_word(std::string_view word);

} // namespace trunkline
