#pragma once

#include "schema/assistant.hpp"

#include <span>
#include <string_view>

namespace trunkline {

/// Phrases that mean danger to life, or a knocked-out tooth, where minutes count. Used when an
/// assistant has no emergency_words of its own. These are the English ones; has_emergency() knows
/// the Spanish ones, too.
std::span<const std::string_view> built_in_emergency_words();

/// True when the text contains one of the assistant's emergency phrases (or the built-in ones): its
/// words in order, whole, at most one other word (not a negation) between. Case, punctuation,
/// accents and apostrophes do not matter. Errs towards true: a recogniser's text is noisy.
bool has_emergency(std::string_view text, const assistant& who);

/// True for a turn of keys that is 911 or 112 and nothing else: "key 9 key 1 key 1". A longer
/// number may have the same keys in it.
bool is_typed_emergency(std::string_view turn);

} // namespace trunkline
