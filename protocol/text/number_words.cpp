#include "protocol/text/number_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace trunkline {

namespace {

constexpr std::array<std::string_view, 20> units = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> tens = {"",      "",      "twenty",  "thirty", "forty",
                                                   "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array<std::string_view, 20> unit_ordinals = {
    "zeroth",     "first",     "second",    "third",       "fourth",     "fifth",     "sixth",
    "seventh",    "eighth",    "ninth",     "tenth",       "eleventh",   "twelfth",   "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"};
constexpr std::array<std::string_view, 4> tens_ordinals = {"", "", "twentieth", "thirtieth"};

template<size_t N>
std::optional<int> index_of(const std::array<std::string_view, N>& list, std::string_view word) {
  const auto found = std::find(list.begin(), list.end(), word);
  if (word.empty() || found == list.end())
    return std::nullopt;
  return static_cast<int>(found - list.begin());
}

// "23", "3rd", "21st"; at most four digits.
std::optional<spoken_number> read_numeral(const std::string& word) {
  size_t digits = 0;
  while (digits < word.size() && std::isdigit(static_cast<unsigned char>(word[digits])))
    ++digits;
  if (digits == 0 || digits > 4)
    return std::nullopt;
  const auto tail = std::string_view{word}.substr(digits);
  const bool ordinal = tail == "st" || tail == "nd" || tail == "rd" || tail == "th";
  if (!tail.empty() && !ordinal)
    return std::nullopt;
  return spoken_number{std::stoi(word.substr(0, digits)), 1, ordinal};
}

// 1 to 99.
std::optional<spoken_number> read_small(std::span<const std::string> words) {
  if (words.empty())
    return std::nullopt;
  if (auto numeral = read_numeral(words[0]))
    return numeral;
  if (auto unit = index_of(units, words[0]))
    return spoken_number{*unit, 1, false};
  if (auto unit = index_of(unit_ordinals, words[0]))
    return spoken_number{*unit, 1, true};
  if (auto ten = index_of(tens_ordinals, words[0]))
    return spoken_number{*ten * 10, 1, true};
  const auto ten = index_of(tens, words[0]);
  if (!ten)
    return std::nullopt;
  if (words.size() > 1) {
    if (auto unit = index_of(units, words[1]); unit && *unit >= 1 && *unit <= 9)
      return spoken_number{*ten * 10 + *unit, 2, false};
    if (auto unit = index_of(unit_ordinals, words[1]); unit && *unit >= 1 && *unit <= 9)
      return spoken_number{*ten * 10 + *unit, 2, true};
  }
  return spoken_number{*ten * 10, 1, false};
}

} // namespace

std::optional<spoken_number> read_number(std::span<const std::string> words) {
  auto number = read_small(words);
  if (!number || number->ordinal || words.size() <= number->words)
    return number;
  const auto& scale = words[number->words];
  const int factor = scale == "hundred" ? 100 : scale == "thousand" ? 1000 : 0;
  if (factor == 0 || number->value > 99)
    return number;
  number->value *= factor;
  ++number->words;
  auto rest = words.subspan(number->words);
  size_t skipped = 0;
  if (!rest.empty() && rest[0] == "and")
    rest = rest.subspan(1), skipped = 1;
  if (auto small = read_small(rest); small && small->value < 100) {
    number->value += small->value;
    number->words += skipped + small->words;
    number->ordinal = small->ordinal;
  }
  return number;
}

std::optional<int> read_digit(const std::string& word) {
  if (word == "oh" || word == "o")
    return 0;
  if (word.size() == 1 && std::isdigit(static_cast<unsigned char>(word[0])))
    return word[0] - '0';
  if (auto unit = index_of(units, word); unit && *unit <= 9)
    return unit;
  return std::nullopt;
}

std::string number_in_words(int value) {
  if (value < 0)
    return "minus " + number_in_words(-value);
  if (value < 20)
    return std::string{units[static_cast<size_t>(value)]};
  if (value < 100) {
    std::string text{tens[static_cast<size_t>(value / 10)]};
    return value % 10 ? text + ' ' + std::string{units[static_cast<size_t>(value % 10)]} : text;
  }
  const int factor = value < 1000 ? 100 : 1000;
  auto text = number_in_words(value / factor) + (factor == 100 ? " hundred" : " thousand");
  return value % factor ? text + ' ' + number_in_words(value % factor) : text;
}

std::string ordinal_in_words(int value) {
  if (value < 0 || value > 39)
    return number_in_words(value);
  if (value < 20)
    return std::string{unit_ordinals[static_cast<size_t>(value)]};
  if (value % 10 == 0)
    return std::string{tens_ordinals[static_cast<size_t>(value / 10)]};
  return std::string{tens[static_cast<size_t>(value / 10)]} + ' ' +
         std::string{unit_ordinals[static_cast<size_t>(value % 10)]};
}

} // namespace trunkline
