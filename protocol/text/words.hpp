#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

using word_list = std::vector<std::string>;

/// Text as plain lower-case words: punctuation gone, "2:30" and "don't" kept whole, "p.m." as "pm",
/// "2pm" as "2" "pm", "3rd" as "3rd", "twenty-third" as two words. At most `words_max` of them.
/// Both recognised text (no case, no marks) and written text give the same words.
word_list split_words(std::string_view text, size_t words_max = 400);

/// Levenshtein distance in bytes.
size_t edit_distance(std::string_view a, std::string_view b);

/// 1 = equal, 0 = nothing in common.
double similarity(std::string_view a, std::string_view b);

/// Plural and verb endings off: "prices" and "pricing" give "pric". Crude, for comparing only.
std::string stem_of(std::string word);

std::string join_words(std::span<const std::string> words, std::string_view between = " ");

/// Where `phrase` (words separated by one blank) stands in `words` from `from` on, or npos.
size_t find_phrase(std::span<const std::string> words, std::string_view phrase, size_t from = 0);

/// Whether the phrase stands anywhere in the words.
bool has_phrase(std::span<const std::string> words, std::string_view phrase);

} // namespace trunkline
