#include "protocol/speech/given_words.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace trunkline {

namespace {

// The work grows with the square of the words; of longer texts the words are only counted.
constexpr size_t compared_max = 400;

struct word {
  std::string plain; // lower case, without punctuation
  size_t at;         // where it starts in the text
};

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::vector<word> words_of(std::string_view text) {
  std::vector<word> words;
  size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_blank(text[at]))
      ++at;
    word next{{}, at};
    for (; at < text.size() && !is_blank(text[at]); ++at) {
      const auto c = static_cast<unsigned char>(text[at]);
      if (c >= 0x80 || std::isalnum(c))
        next.plain += static_cast<char>(std::tolower(c));
    }
    if (at > next.at)
      words.push_back(std::move(next));
  }
  return words;
}

} // namespace

std::string without_given(std::string_view text, std::string_view given) {
  const auto before = words_of(given);
  const auto words = words_of(text);
  if (before.empty() || words.empty())
    return std::string{text};
  const auto from = [&](size_t index) {
    return index < words.size() ? std::string{text.substr(words[index].at)} : std::string{};
  };
  if (before.size() > compared_max)
    return from(before.size());
  // cost[j]: edits between all words given so far and the first j words of the text.
  const auto columns = std::min(words.size(), 2 * before.size() + 8);
  std::vector<size_t> cost(columns + 1);
  std::iota(cost.begin(), cost.end(), size_t{0});
  for (size_t i = 0; i < before.size(); ++i) {
    auto diagonal = cost[0];
    cost[0] = i + 1;
    for (size_t j = 1; j <= columns; ++j) {
      const auto replaced = diagonal + (before[i].plain == words[j - 1].plain ? 0 : 1);
      diagonal = cost[j];
      cost[j] = std::min({replaced, cost[j] + 1, cost[j - 1] + 1});
    }
  }
  // Of equal matches the longer one, so that a changed last word is not said twice.
  size_t best = 0;
  for (size_t j = 1; j <= columns; ++j)
    if (cost[j] <= cost[best])
      best = j;
  if (best == 0 || 3 * cost[best] > 2 * before.size())
    return std::string{text};
  return from(best);
}

} // namespace trunkline
