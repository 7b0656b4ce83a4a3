#pragma once

#include "schema/failure.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// The recogniser's pronunciation dictionary, plus pronunciations generated for words it lacks.
class pronunciations {
public:
  /// Reads CMU dictionary text: `word PH ON ES` and `word(2) ...` a line; comments and broken lines
  /// are skipped. unavailable: there is no such file or nothing in it.
  static result<pronunciations> load(const std::filesystem::path& file);
  static pronunciations parse(std::string text);

  bool has(const std::string& word) const { return words_.contains(word); }
  /// All of a word's pronunciations, the dictionary's before generated ones; empty: none.
  std::vector<std::string> of(const std::string& word) const;

  /// Makes up a pronunciation for a missing word as the synthesiser would say it. False: it cannot
  /// be said (digits, foreign letters, no vowel).
  bool generate(const std::string& word);

private:
  std::string text_; // the file; entries point into it
  std::unordered_map<std::string, std::vector<std::pair<size_t, size_t>>> words_; // offset, length
  std::unordered_map<std::string, std::string> made_;
};

/// Lower-case words of a written phrase: punctuation dropped, apostrophes kept, numbers up to 9999
/// spelled out. Empty when a part cannot be written as words.
std::vector<std::string> spoken_words(std::string_view phrase);

} // namespace trunkline
