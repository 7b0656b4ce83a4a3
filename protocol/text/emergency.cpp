#include "protocol/text/emergency.hpp"

#include "protocol/text/unaccented.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

constexpr auto phrases = std::to_array<std::string_view>({"can't breathe",
                                                          "cannot breathe",
                                                          "can not breathe",
                                                          "not breathing",
                                                          "isn't breathing",
                                                          "stopped breathing",
                                                          "trouble breathing",
                                                          "difficulty breathing",
                                                          "hard to breathe",
                                                          "hardly breathe",
                                                          "barely breathe",
                                                          "short of breath",
                                                          "choking",
                                                          "chest pain",
                                                          "chest pains",
                                                          "chest hurts",
                                                          "pain in my chest",
                                                          "heart attack",
                                                          "stroke",
                                                          "seizure",
                                                          "unconscious",
                                                          "passed out",
                                                          "fainted",
                                                          "collapsed",
                                                          "not responding",
                                                          "overdose",
                                                          "overdosed",
                                                          "too many pills",
                                                          "suicide",
                                                          "suicidal",
                                                          "kill myself",
                                                          "want to die",
                                                          "end my life",
                                                          "stop bleeding",
                                                          "stop the bleeding",
                                                          "bleeding won't stop",
                                                          "bleeding will not stop",
                                                          "bleeding doesn't stop",
                                                          "keeps bleeding",
                                                          "heavy bleeding",
                                                          "bleeding heavily",
                                                          "bleeding a lot",
                                                          "bleeding badly",
                                                          "lot of blood",
                                                          "face is swelling",
                                                          "face is swollen",
                                                          "throat is swelling",
                                                          "throat is closing",
                                                          "tongue is swelling",
                                                          "severe swelling",
                                                          "can't swallow",
                                                          "cannot swallow",
                                                          "allergic reaction",
                                                          "anaphylactic",
                                                          "knocked out tooth",
                                                          "tooth knocked out",
                                                          "knocked out my tooth",
                                                          "ambulance",
                                                          "nine one one",
                                                          "911",
                                                          "medical emergency",
                                                          "is an emergency",
                                                          "it's an emergency",
                                                          "have an emergency",
                                                          "knocked out a tooth",
                                                          "broken jaw"});

// Without accents; compared with words without them.
constexpr auto spanish_phrases = std::to_array<std::string_view>({"no puedo respirar",
                                                                  "no puede respirar",
                                                                  "no respira",
                                                                  "cuesta respirar",
                                                                  "dificultad para respirar",
                                                                  "falta el aire",
                                                                  "me ahogo",
                                                                  "se ahoga",
                                                                  "esta ahogando",
                                                                  "asfixia",
                                                                  "dolor en el pecho",
                                                                  "dolor de pecho",
                                                                  "duele el pecho",
                                                                  "infarto",
                                                                  "ataque al corazon",
                                                                  "ataque cardiaco",
                                                                  "derrame cerebral",
                                                                  "convulsion",
                                                                  "convulsiones",
                                                                  "inconsciente",
                                                                  "perdio el conocimiento",
                                                                  "se desmayo",
                                                                  "no reacciona",
                                                                  "sobredosis",
                                                                  "demasiadas pastillas",
                                                                  "suicidio",
                                                                  "suicidarme",
                                                                  "matarme",
                                                                  "quitarme la vida",
                                                                  "quiero morir",
                                                                  "no para de sangrar",
                                                                  "no deja de sangrar",
                                                                  "sangra mucho",
                                                                  "sangrando mucho",
                                                                  "mucha sangre",
                                                                  "hemorragia",
                                                                  "cierra la garganta",
                                                                  "hincha la garganta",
                                                                  "garganta hinchada",
                                                                  "lengua hinchada",
                                                                  "cara hinchada",
                                                                  "no puedo tragar",
                                                                  "no puede tragar",
                                                                  "reaccion alergica",
                                                                  "anafilactico",
                                                                  "diente arrancado",
                                                                  "salio un diente",
                                                                  "mandibula rota",
                                                                  "ambulancia",
                                                                  "nueve uno uno",
                                                                  "nueve once",
                                                                  "emergencia medica",
                                                                  "esto es una emergencia",
                                                                  "hay una emergencia",
                                                                  "tengo una emergencia"});

constexpr size_t words_between_max = 1;

using word_list = std::vector<std::string>;

word_list words_of(std::string_view text) {
  word_list words;
  std::string word;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isalnum(c)) {
      word.push_back(static_cast<char>(std::tolower(c)));
    } else if (c == '\'') {
      continue; // can't and cant are the same
    } else if (text.substr(i, 3) == "\xe2\x80\x99") {
      i += 2; // the typographic apostrophe
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty())
    words.push_back(std::move(word));
  return words;
}

bool follows_from(const word_list& said, size_t at, const word_list& phrase) {
  for (const auto& word : phrase) {
    const auto limit =
        std::min(said.size(), at + 1 + (&word == &phrase[0] ? 0 : words_between_max));
    while (at < limit && said[at] != word && said[at] != "not" && said[at] != "no")
      ++at;
    if (at == limit || said[at] != word)
      return false;
    ++at;
  }
  return true;
}

bool contains(const word_list& said, const word_list& wanted) {
  if (wanted.empty())
    return false;
  for (size_t at = 0; at < said.size(); ++at)
    if (follows_from(said, at, wanted))
      return true;
  return false;
}

// Every line of every caller is compared with all of them.
const std::vector<word_list>& words_of_built_in() {
  static const auto all = [] {
    std::vector<word_list> words;
    for (const auto phrase : phrases)
      words.push_back(words_of(unaccented(phrase)));
    for (const auto phrase : spanish_phrases)
      words.push_back(words_of(unaccented(phrase)));
    return words;
  }();
  return all;
}

} // namespace

std::span<const std::string_view> built_in_emergency_words() {
  return phrases;
}

bool has_emergency(std::string_view text, const assistant& who) {
  const auto said = words_of(unaccented(text));
  if (who.emergency_words.empty())
    return std::ranges::any_of(words_of_built_in(),
                               [&](const word_list& phrase) { return contains(said, phrase); });
  return std::ranges::any_of(who.emergency_words, [&](std::string_view phrase) {
    return contains(said, words_of(unaccented(phrase)));
  });
}

bool is_typed_emergency(std::string_view turn) {
  return turn == "key 9 key 1 key 1" || turn == "key 1 key 1 key 2";
}

} // namespace trunkline
