#include "actors/agent/urgent.hpp"

#include "protocol/text/words.hpp"

namespace trunkline {

bool sounds_urgent(std::string_view text, const assistant& who) {
  const auto words = split_words(text);
  for (const auto& phrase : who.emergency_words)
    if (has_phrase(words, join_words(split_words(phrase))))
      return true;
  if (!who.emergency_words.empty())
    return false;
  for (const auto* phrase :
       {"emergency", "can't breathe", "cannot breathe", "chest pain", "heart attack", "unconscious",
        "won't stop bleeding", "bleeding heavily", "heavy bleeding", "overdose", "suicide",
        "kill myself"})
    if (has_phrase(words, phrase))
      return true;
  return false;
}

} // namespace trunkline
