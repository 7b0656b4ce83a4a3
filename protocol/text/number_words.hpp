#pragma once

#include <optional>
#include <span>
#include <string>

namespace trunkline {

/// A number found at the start of a list of words, and how many words it took.
struct spoken_number {
  int value = 0;
  size_t words = 0;
  bool ordinal = false; ///< "third", "3rd"
};

/// "twenty three", "twelve", "oh", "23", "third", "twenty first", "two thousand twenty six".
/// Nothing when the first word is no number. "a" and "an" are not numbers.
std::optional<spoken_number> read_number(std::span<const std::string> words);

/// One of the ten digits as a word or a numeral; "oh" and "o" are 0.
std::optional<int> read_digit(const std::string& word);

/// 0 to 9999 in words: "twenty four".
std::string number_in_words(int value);

/// 1 to 31: "twenty fourth".
std::string ordinal_in_words(int value);

} // namespace trunkline
