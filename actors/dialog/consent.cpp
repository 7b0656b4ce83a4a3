#include "actors/dialog/consent.hpp"

#include "protocol/text/words.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace trunkline {

namespace {

// A "no" in them is a yes.
constexpr std::array yes_with_no{"no problem",    "not a problem", "no objection",
                                 "no objections", "don't mind",    "do not mind",
                                 "dont mind",     "why not",       "nothing against"};
constexpr std::array no_phrases{"no",      "nope",    "nah",     "not",    "don't",      "dont",
                                "never",   "without", "decline", "refuse", "rather you", "didn't",
                                "against", "object",  "mind",    "stop",   "won't",      "can't"};
// Clear whatever follows; the others only when nothing does: "okay, what time do you open" is none.
constexpr std::array clear_yes{"yes",       "yeah",      "yep",        "yup",
                               "sure",      "certainly", "absolutely", "i agree",
                               "i consent", "of course", "go ahead"};
constexpr std::array weak_yes{"okay",      "ok",    "fine",    "alright",
                              "all right", "right", "you may", "you can"};
constexpr std::array openings{"um", "uh", "well", "oh", "hi", "hello", "ah", "hm", "hmm"};
constexpr std::array of_the_answer{
    "that's", "that",    "thats",  "is",     "it",     "it's",    "its",       "with",
    "me",     "by",      "you",    "can",    "may",    "record",  "recorded",  "recording",
    "please", "thank",   "thanks", "to",     "the",    "call",    "this",      "i",
    "i'm",    "im",      "am",     "do",     "does",   "be",      "want",      "would",
    "i'd",    "id",      "like",   "prefer", "rather", "a",       "good",      "just",
    "and",    "ahead",   "go",     "at",     "all",    "for",     "of",        "course",
    "agree",  "consent", "then",   "so",     "sounds", "problem", "objection", "objections",
    "not",    "if",      "don't"};

template<class List>
bool is_one_of(const std::string& word, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](const char* one) { return word == one; });
}

template<class List>
bool has_any(const word_list& words, const List& phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](const char* one) { return has_phrase(words, one); });
}

template<class List>
bool begins_with_any(const word_list& words, const List& phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](const char* one) { return find_phrase(words, one) == 0; });
}

/// Each as one plain yes.
void resolve(word_list& words) {
  for (const auto* phrase : yes_with_no) {
    const auto size = split_words(phrase).size();
    for (auto at = find_phrase(words, phrase); at < words.size();
         at = find_phrase(words, phrase, at + 1)) {
      const auto first = words.begin() + static_cast<ptrdiff_t>(at);
      words.erase(first + 1, first + static_cast<ptrdiff_t>(size));
      *first = "yes";
    }
  }
}

bool is_of_the_answer(const std::string& word) {
  return is_one_of(word, of_the_answer) || is_one_of(word, no_phrases) ||
         is_one_of(word, clear_yes) || is_one_of(word, weak_yes) || is_one_of(word, openings);
}

} // namespace

consent_answer consent_in(std::string_view text) {
  using kind = consent_answer::kind;
  auto words = split_words(text);
  while (!words.empty() && is_one_of(words.front(), openings))
    words.erase(words.begin());
  resolve(words);
  const bool more =
      std::any_of(words.begin(), words.end(), [](auto& word) { return !is_of_the_answer(word); });
  if (has_any(words, no_phrases))
    return {kind::refused, more};
  if (!more && (has_any(words, clear_yes) || has_any(words, weak_yes)))
    return {kind::given, false};
  if (begins_with_any(words, clear_yes) && !has_phrase(words, "but"))
    return {kind::given, true};
  return {kind::unclear, true};
}

} // namespace trunkline
