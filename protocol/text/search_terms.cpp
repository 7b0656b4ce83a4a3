#include "protocol/text/search_terms.hpp"

#include "protocol/text/words.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace trunkline {

namespace {

constexpr std::array<std::string_view, 62> empty_words = {
    "a",   "an",     "the",   "is",   "are",    "am",    "be",   "do",    "does",  "did",   "i",
    "you", "your",   "my",    "me",   "we",     "our",   "it",   "its",   "it's",  "to",    "of",
    "for", "in",     "on",    "at",   "and",    "or",    "can",  "could", "would", "will",  "have",
    "has", "get",    "there", "what", "what's", "which", "that", "this",  "if",    "so",    "with",
    "any", "please", "tell",  "know", "like",   "want",  "um",   "uh",    "need",  "about", "just",
    "was", "i'm",    "i'd",   "also", "yes",    "no",    "okay"};

// Besides those: words of questions that stand in most texts, or in none.
constexpr std::array<std::string_view, 36> common_words = {
    "how",  "when", "where",  "who",   "why",   "should",  "may",   "might", "must",
    "from", "by",   "as",     "not",   "but",   "they",    "them",  "he",    "she",
    "his",  "her",  "hi",     "hello", "thank", "thanks",  "you'd", "don't", "wondering",
    "ask",  "sure", "really", "some",  "thing", "anybody", "then",  "us",    "were"};

constexpr size_t term_bytes_max = 64;

template<size_t N>
bool has(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "fillings" and "filling" are "fill" both.
std::string whole_stem_of(std::string word) {
  return stem_of(stem_of(std::move(word)));
}

bool same_stem(const std::string& a, const std::string& b) {
  return a == b || (a.size() >= 5 && b.size() >= 5 && edit_distance(a, b) <= 1);
}

} // namespace

bool is_empty_word(std::string_view word) {
  return has(empty_words, word);
}

std::vector<std::string> search_terms(std::string_view question, size_t terms_max) {
  std::vector<std::string> terms;
  for (auto& word : split_words(question)) {
    if (terms.size() == terms_max)
      break;
    const bool useful = word.size() <= term_bytes_max && !is_empty_word(word) &&
                        !has(common_words, std::string_view{word}) &&
                        std::find(terms.begin(), terms.end(), word) == terms.end();
    if (useful)
      terms.push_back(std::move(word));
  }
  return terms;
}

double coverage_of(const std::vector<std::string>& terms, std::string_view text) {
  std::set<std::string> stems;
  for (auto& word : split_words(text, 4000))
    stems.insert(whole_stem_of(std::move(word)));
  double found = 0, all = 0;
  for (const auto& term : terms) {
    const auto stem = whole_stem_of(term);
    const auto weight = static_cast<double>(std::min<size_t>(stem.size(), 8));
    all += weight;
    if (stems.count(stem) > 0 || std::any_of(stems.begin(), stems.end(), [&](const auto& each) {
          return same_stem(each, stem);
        }))
      found += weight;
  }
  return all > 0 ? found / all : 0;
}

std::string question_key(std::string_view question) {
  std::set<std::string> stems;
  for (auto& term : search_terms(question))
    stems.insert(whole_stem_of(std::move(term)));
  std::string key;
  for (const auto& stem : stems)
    (key += key.empty() ? "" : " ") += stem;
  return key;
}

} // namespace trunkline
