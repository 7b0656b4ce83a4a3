#include "actors/dialog/consent.hpp"

#include "protocol/text/language_tag.hpp"
#include "protocol/text/unaccented.hpp"
#include "protocol/text/words.hpp"

#include <algorithm>
#include <array>
#include <span>
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

// The same in Spanish, without accents.
constexpr std::array si_con_no{"no hay problema", "no hay inconveniente",  "ningun problema",
                               "no me importa",   "no me molesta",         "como no",
                               "por que no",      "no tengo inconveniente"};
constexpr std::array frases_no{"no",      "nunca", "jamas", "sin",     "prefiero que", "niego",
                               "rechazo", "para",  "pare",  "ninguno", "en contra",    "tampoco"};
constexpr std::array si_claro{"si",         "claro",         "por supuesto", "desde luego",
                              "de acuerdo", "acepto",        "consiento",    "adelante",
                              "seguro",     "esta bien que", "como no"};
constexpr std::array si_debil{"vale", "bueno", "bien",  "esta bien",
                              "ok",   "okey",  "puede", "pueden"};
constexpr std::array comienzos{"eh", "este", "pues", "ah", "hola", "mm", "ay", "oh"};
constexpr std::array de_la_respuesta{"esta",     "bien",     "que",     "me",
                                     "lo",       "la",       "llamada", "por",
                                     "favor",    "gracias",  "puede",   "pueden",
                                     "grabar",   "grabarla", "graben",  "grabe",
                                     "supuesto", "de",       "acuerdo", "desde",
                                     "luego",    "con",      "eso",     "ello",
                                     "yo",       "doy",      "mi",      "consentimiento",
                                     "permiso",  "claro",    "como",    "hay",
                                     "problema", "tengo",    "ningun",  "inconveniente",
                                     "importa",  "molesta",  "quiero",  "prefiero",
                                     "se",       "el",       "a",       "en",
                                     "contra",   "senor",    "senora"};

/// What is looked for in one language.
struct answer_words {
  using list = std::span<const char* const>;
  list yes_with_no, no, clear_yes, weak_yes, openings, of_the_answer;
  const char* but;
};
constexpr answer_words english{yes_with_no, no_phrases,    clear_yes, weak_yes,
                               openings,    of_the_answer, "but"};
constexpr answer_words spanish{si_con_no, frases_no,       si_claro, si_debil,
                               comienzos, de_la_respuesta, "pero"};

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
void resolve(word_list& words, const answer_words& of) {
  for (const auto* phrase : of.yes_with_no) {
    const auto size = split_words(phrase).size();
    for (auto at = find_phrase(words, phrase); at < words.size();
         at = find_phrase(words, phrase, at + 1)) {
      const auto first = words.begin() + static_cast<ptrdiff_t>(at);
      words.erase(first + 1, first + static_cast<ptrdiff_t>(size));
      *first = of.clear_yes[0];
    }
  }
}

bool is_of_the_answer(const std::string& word, const answer_words& of) {
  return is_one_of(word, of.of_the_answer) || is_one_of(word, of.no) ||
         is_one_of(word, of.clear_yes) || is_one_of(word, of.weak_yes) ||
         is_one_of(word, of.openings);
}

} // namespace

consent_answer consent_in(std::string_view text, std::string_view language) {
  using kind = consent_answer::kind;
  const auto& of = same_language(language, "es") ? spanish : english;
  auto words = split_words(&of == &spanish ? unaccented(text) : std::string{text});
  while (!words.empty() && is_one_of(words.front(), of.openings))
    words.erase(words.begin());
  resolve(words, of);
  const bool more = std::any_of(words.begin(), words.end(),
                                [&](auto& word) { return !is_of_the_answer(word, of); });
  if (has_any(words, of.no))
    return {kind::refused, more};
  if (!more && (has_any(words, of.clear_yes) || has_any(words, of.weak_yes)))
    return {kind::given, false};
  if (begins_with_any(words, of.clear_yes) && !has_phrase(words, of.but))
    return {kind::given, true};
  return {kind::unclear, true};
}

} // namespace trunkline
