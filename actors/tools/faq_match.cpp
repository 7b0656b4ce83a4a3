#include "actors/tools/faq_match.hpp"

#include "protocol/text/search_terms.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace trunkline {

namespace {

std::set<std::string> stems_of(const word_list& words) {
  std::set<std::string> stems;
  for (const auto& word : words)
    if (!is_empty_word(word))
      stems.insert(stem_of(word));
  return stems;
}

bool same_stem(const std::string& a, const std::string& b) {
  return a == b || (a.size() >= 5 && b.size() >= 5 && edit_distance(a, b) <= 1);
}

bool contains(const std::set<std::string>& stems, const std::string& wanted) {
  return std::any_of(stems.begin(), stems.end(),
                     [&](const auto& each) { return same_stem(each, wanted); });
}

} // namespace

faq_index::faq_index(const assistant& who) {
  std::map<std::string, int> entries_with;
  for (const auto& entry : who.faq) {
    stems seen;
    auto& own = questions_.emplace_back();
    for (const auto& question : entry.questions) {
      own.push_back(stems_of(split_words(question)));
      seen.insert(own.back().begin(), own.back().end());
    }
    for (const auto& each : seen)
      ++entries_with[each];
  }
  const auto entries = static_cast<double>(who.faq.size());
  for (const auto& [stem, count] : entries_with)
    weights_[stem] = std::log(1 + entries / count);
  unknown_weight_ = std::log(1 + entries);
}

double faq_index::weight(const std::string& stem) const {
  const auto found = weights_.find(stem);
  return found == weights_.end() ? unknown_weight_ : found->second;
}

std::optional<faq_hit> faq_index::match(const word_list& words) const {
  const auto asked = stems_of(words);
  faq_hit best;
  for (size_t i = 0; i < questions_.size(); ++i)
    for (const auto& question : questions_[i]) {
      double shared = 0, all = 0, unknown = 0;
      for (const auto& each : question) {
        all += weight(each);
        if (contains(asked, each))
          shared += weight(each);
      }
      if (shared <= 0)
        continue;
      for (const auto& each : asked)
        if (!contains(question, each))
          unknown += std::min(weight(each), 1.0) * 0.3;
      if (const auto score = shared / (all + unknown); score > best.score)
        best = {i, score};
    }
  if (best.score <= 0)
    return std::nullopt;
  return best;
}

} // namespace trunkline
