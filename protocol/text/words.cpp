#include "protocol/text/words.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace trunkline {

namespace {

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A mark that belongs to the word it stands in: don't, 2:30, 3.5, a.m.
bool joins(char mark, char before, char after) {
  switch (mark) {
  case '\'':
    return is_letter(before) && is_letter(after);
  case ':':
    return is_digit(before) && is_digit(after);
  default:
    return false;
  }
}

// "a.m." and "a m" are "am", and so for "pm".
void join_day_halves(word_list& words) {
  word_list joined;
  for (auto& word : words) {
    if (word == "m" && !joined.empty() && (joined.back() == "a" || joined.back() == "p"))
      joined.back() += 'm';
    else
      joined.push_back(std::move(word));
  }
  words = std::move(joined);
}

// "2pm" is two words; "3rd" is one.
void push_word(word_list& words, std::string word) {
  const auto digits_end = word.find_first_not_of("0123456789:");
  if (digits_end != 0 && digits_end != std::string::npos) {
    const auto tail = word.substr(digits_end);
    if (tail == "am" || tail == "pm" || tail == "a" || tail == "p") {
      words.push_back(word.substr(0, digits_end));
      words.push_back(tail);
      return;
    }
  }
  words.push_back(std::move(word));
}

} // namespace

word_list split_words(std::string_view text, size_t words_max) {
  word_list words;
  std::string word;
  auto finish = [&] {
    if (!word.empty() && words.size() < words_max)
      push_word(words, std::move(word));
    word.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (text.substr(i, 3) == "\xE2\x80\x99") { // the typographic apostrophe
      c = '\'';
      i += 2;
    }
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    if (is_letter(c) || is_digit(c))
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!word.empty() && joins(c, word.back(), next))
      word += c;
    else if (c == ',' && !word.empty() && is_digit(word.back()) && is_digit(next))
      continue; // 1,000
    else
      finish();
  }
  finish();
  join_day_halves(words);
  return words;
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

double similarity(std::string_view a, std::string_view b) {
  const auto longest = std::max(a.size(), b.size());
  if (longest == 0)
    return 1;
  return 1 - static_cast<double>(edit_distance(a, b)) / static_cast<double>(longest);
}

std::string join_words(std::span<const std::string> words, std::string_view between) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty())
      text += between;
    text += word;
  }
  return text;
}

size_t find_phrase(std::span<const std::string> words, std::string_view phrase, size_t from) {
  for (size_t start = from; start < words.size(); ++start) {
    auto rest = phrase;
    size_t at = start;
    while (!rest.empty() && at < words.size()) {
      const auto end = std::min(rest.find(' '), rest.size());
      if (words[at] != rest.substr(0, end))
        break;
      rest.remove_prefix(std::min(end + 1, rest.size()));
      ++at;
    }
    if (rest.empty())
      return start;
  }
  return std::string::npos;
}

bool has_phrase(std::span<const std::string> words, std::string_view phrase) {
  return find_phrase(words, phrase) != std::string::npos;
}

} // namespace trunkline
