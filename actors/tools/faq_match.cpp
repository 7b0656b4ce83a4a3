#include "actors/tools/faq_match.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

namespace trunkline {

namespace {

// Words that say nothing about what is asked.
constexpr std::array<std::string_view, 62> empty_words = {
    "a",    "an",   "the",   "is",    "are",  "am",    "be",   "do",     "does",  "did",  "i",
    "you",  "your", "my",    "me",    "we",   "our",   "it",   "its",    "it's",  "to",   "of",
    "for",  "in",   "on",    "at",    "and",  "or",    "can",  "could",  "would", "will", "have",
    "has",  "get",  "there", "what",  "what's", "which", "that", "this", "if",    "so",   "with",
    "any",  "please", "tell", "know", "like", "want",  "um",   "uh",     "need",  "about", "just",
    "was",  "i'm",  "i'd",   "also",  "yes",  "no",    "okay"};

bool is_empty_word(std::string_view word) {
  return std::find(empty_words.begin(), empty_words.end(), word) != empty_words.end();
}

// Plural and verb endings off, so that "prices" asks for a "price".
std::string stem(std::string word) {
  if (word.size() > 2 && word.substr(word.size() - 2) == "'s")
    word.resize(word.size() - 2);
  for (const std::string_view ending : {"ing", "ed", "es", "s"})
    if (word.size() >= ending.size() + 3 && word.ends_with(ending) && !word.ends_with("ss")) {
      word.resize(word.size() - ending.size());
      break;
    }
  if (word.size() > 3 && word.back() == 'e')
    word.pop_back();
  return word;
}

std::set<std::string> stems_of(const word_list& words) {
  std::set<std::string> stems;
  for (const auto& word : words)
    if (!is_empty_word(word))
      stems.insert(stem(word));
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

std::optional<faq_hit> match_faq(const word_list& words, const assistant& who) {
  const auto asked = stems_of(words);
  if (asked.empty())
    return std::nullopt;
  // Each question's stems, and in how many entries a stem occurs.
  std::vector<std::vector<std::set<std::string>>> questions;
  std::map<std::string, int> entries_with;
  for (const auto& entry : who.faq) {
    std::set<std::string> seen;
    auto& own = questions.emplace_back();
    for (const auto& question : entry.questions) {
      own.push_back(stems_of(split_words(question)));
      seen.insert(own.back().begin(), own.back().end());
    }
    for (const auto& each : seen)
      ++entries_with[each];
  }
  const auto entries = static_cast<double>(who.faq.size());
  auto weight = [&](const std::string& each) {
    const auto count = entries_with.find(each);
    return std::log(1 + entries / (count == entries_with.end() ? 1 : count->second));
  };
  faq_hit best;
  for (size_t i = 0; i < questions.size(); ++i)
    for (const auto& question : questions[i]) {
      double shared = 0, all = 0, unknown = 0;
      for (const auto& each : question) {
        all += weight(each);
        if (contains(asked, each))
          shared += weight(each);
      }
      for (const auto& each : asked)
        if (!contains(question, each))
          unknown += std::min(weight(each), 1.0) * 0.3;
      const auto score = all > 0 ? shared / (all + unknown) : 0;
      if (score > best.score)
        best = {i, score};
    }
  if (best.score <= 0)
    return std::nullopt;
  return best;
}

} // namespace trunkline
