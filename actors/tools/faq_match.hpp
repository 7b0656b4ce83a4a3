#pragma once

#include "protocol/text/words.hpp"
#include "schema/assistant.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace trunkline {

/// The configured question nearest to what was asked.
struct faq_hit {
  size_t index = 0; ///< into assistant::faq
  double score = 0; ///< 0 to 1; below faq_score_min it is a guess
};

inline constexpr double faq_score_min = 0.55;

/// An assistant's questions, prepared for comparing. Immutable, thread safe; keeps no reference.
class faq_index {
public:
  explicit faq_index(const assistant& who);
  /// Best entry by shared words, each weighted by how few entries use it; small recognition errors
  /// in long words are forgiven. Nothing when no word that matters is shared.
  std::optional<faq_hit> match(const word_list& words) const;

private:
  double weight(const std::string& stem) const;

  using stems = std::set<std::string>;
  std::vector<std::vector<stems>> questions_; ///< by entry
  std::map<std::string, double> weights_;     ///< of known stems
  double unknown_weight_ = 1;
};

} // namespace trunkline
