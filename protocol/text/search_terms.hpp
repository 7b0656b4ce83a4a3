#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// Whether a word says nothing about what is asked: "the", "please", "what".
bool is_empty_word(std::string_view word);

/// The words of a question that are worth looking for, lower case, each once, at most `terms_max`.
std::vector<std::string> search_terms(std::string_view question, size_t terms_max = 24);

/// The share of the terms that `text` has, plurals and small misspellings of long words forgiven;
/// long words count more, for they are rarer. 0 without terms.
double coverage_of(const std::vector<std::string>& terms, std::string_view text);

/// A question by the stems of its words that matter, sorted: the same for many wordings of it.
/// Empty for one without such words.
std::string question_key(std::string_view question);

} // namespace trunkline
