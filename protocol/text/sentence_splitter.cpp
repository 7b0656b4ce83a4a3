#include "protocol/text/sentence_splitter.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace trunkline {

namespace {

constexpr size_t comma_cut_min = 40;
constexpr size_t sentence_bytes_max = 300;

constexpr std::array<std::string_view, 27> abbreviations = {
    "dr",  "mr",  "mrs", "ms", "prof", "st",  "ave",    "rd",  "blvd",
    "jr",  "sr",  "vs",  "no", "dept", "ext", "approx", "e.g", "i.e",
    "inc", "ltd", "co",  "mt", "ft",   "jan", "feb",    "dec", "etc"};

// Those that a sentence may also end with: then what follows decides.
constexpr std::array<std::string_view, 6> may_end = {"a.m", "p.m", "u.s", "etc", "inc", "jr"};

template<size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c));
}

bool closes(char c) {
  return c == '"' || c == '\'' || c == ')' || c == ']';
}

std::string word_before(std::string_view text, size_t stop) {
  auto start = stop;
  while (start > 0 && !is_space(text[start - 1]) && text[start - 1] != '(')
    --start;
  std::string word{text.substr(start, stop - start)};
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

// Whether the full stop at `stop` ends a sentence; `after` is the next character that is not blank,
// 0 when the reply ends there.
bool ends_sentence(std::string_view text, size_t stop, char after) {
  const auto word = word_before(text, stop);
  if (contains(may_end, word))
    return after == 0 || std::isupper(static_cast<unsigned char>(after));
  if (contains(abbreviations, word))
    return after == 0;
  const bool initial =
      word.size() == 1 && std::isalpha(static_cast<unsigned char>(word[0])) && word[0] != 'i';
  return after == 0 || !initial;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return std::string{text};
}

} // namespace

size_t sentence_splitter::cut_position(bool at_end) const {
  const std::string_view text = pending_;
  size_t comma = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' && i > 0)
      return i + 1;
    if (c == ',' && spoken_ == 0 && i + 1 >= comma_cut_min && comma == 0 && i + 1 < text.size() &&
        is_space(text[i + 1]))
      comma = i + 1;
    if (c != '.' && c != '?' && c != '!')
      continue;
    auto end = i + 1;
    while (end < text.size() && (text[end] == c || closes(text[end])))
      ++end;
    auto next = end;
    while (next < text.size() && is_space(text[next]))
      ++next;
    if (next == text.size() && !at_end && (c == '.' || end == text.size()))
      break; // what follows decides: wait for it
    const char after = next < text.size() ? text[next] : '\0';
    if (after != 0 && next == end)
      continue; // inside a number, an address or a time
    if (c != '.' || ends_sentence(text, i, after))
      return end;
    i = end - 1;
  }
  if (comma)
    return comma;
  if (text.size() > sentence_bytes_max) {
    const auto blank = text.rfind(' ', sentence_bytes_max);
    return blank == std::string_view::npos || blank == 0 ? sentence_bytes_max : blank + 1;
  }
  return 0;
}

std::vector<std::string> sentence_splitter::feed(std::string_view delta) {
  pending_ += delta;
  std::vector<std::string> ready;
  while (const auto cut = cut_position(false)) {
    if (auto sentence = trimmed(std::string_view{pending_}.substr(0, cut)); !sentence.empty()) {
      ready.push_back(std::move(sentence));
      ++spoken_;
    }
    pending_.erase(0, cut);
  }
  return ready;
}

std::vector<std::string> sentence_splitter::flush() {
  std::vector<std::string> ready;
  spoken_ = std::max<size_t>(spoken_, 1); // nothing more is gained by cutting at a comma
  while (!pending_.empty()) {
    auto cut = cut_position(true);
    if (cut == 0)
      cut = pending_.size();
    if (auto sentence = trimmed(std::string_view{pending_}.substr(0, cut)); !sentence.empty())
      ready.push_back(std::move(sentence));
    pending_.erase(0, cut);
  }
  pending_.clear();
  spoken_ = 0;
  return ready;
}

} // namespace trunkline
