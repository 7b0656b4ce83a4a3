#include "actors/speech/barge_in.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace trunkline {

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) || c == '\'') {
      word += static_cast<char>(std::tolower(u));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty())
    words.push_back(std::move(word));
  return words;
}

template <size_t N>
bool among(const std::array<std::string_view, N>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 20> acknowledgements = {
    "uh", "huh",  "mm",  "hmm", "mhm",   "okay", "ok",   "yeah",  "yes",  "right",
    "ah", "oh",   "sure", "i",  "see",   "got",  "it",   "great", "good", "alright"};
constexpr std::array<std::string_view, 4> stops = {"stop", "wait", "no", "hold"};

} // namespace

interjection classify_interjection(std::string_view text, bool is_final,
                                   const turn_settings& settings) {
  const auto words = words_of(text);
  if (words.empty())
    return interjection::none;
  for (const auto& word : words)
    if (among(stops, word))
      return interjection::stop;
  const auto meaningful =
      std::count_if(words.begin(), words.end(),
                    [](const std::string& word) { return !among(acknowledgements, word); });
  if (meaningful == 0)
    return interjection::acknowledge;
  if (is_final || meaningful >= static_cast<long>(settings.barge_in_words))
    return interjection::interrupt;
  return interjection::none;
}

} // namespace trunkline
