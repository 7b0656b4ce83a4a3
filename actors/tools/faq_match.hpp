#pragma once

#include "protocol/text/words.hpp"
#include "schema/assistant.hpp"

#include <optional>

namespace trunkline {

/// The configured question nearest to what was asked.
struct faq_hit {
  size_t index = 0;  ///< into assistant::faq
  double score = 0;  ///< 0 to 1; below faq_score_min it is a guess
};

inline constexpr double faq_score_min = 0.55;

/// Best entry by shared words, each weighted by how few entries use it; small recognition errors in
/// long words are forgiven. Nothing when no word that matters is shared. Pure.
std::optional<faq_hit> match_faq(const word_list& words, const assistant& who);

} // namespace trunkline
