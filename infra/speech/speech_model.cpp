#include "infra/speech/speech_model.hpp"

#include "infra/speech/caller_phrases.hpp"
#include "infra/speech/phrase_grammar.hpp"
#include "infra/speech/trigram.hpp"

#include <algorithm>
#include <set>

namespace trunkline {

namespace {

struct configured_phrase {
  std::string rule;   // of the grammar
  std::string source; // for the report
  std::string text;
};

std::vector<configured_phrase> configured(const assistant& who) {
  std::vector<configured_phrase> all;
  for (const auto& service : who.services) {
    all.push_back({"service", "services: " + service.name, service.name});
    for (const auto& alias : service.aliases)
      all.push_back({"service", "services: " + service.name + ", alias", alias});
  }
  for (const auto& member : who.staff) {
    all.push_back({"staff", "staff: " + member.name, member.name});
    for (const auto& alias : member.aliases)
      all.push_back({"staff", "staff: " + member.name + ", alias", alias});
  }
  for (const auto& entry : who.faq)
    for (const auto& question : entry.questions)
      all.push_back({"faq", "faq: " + entry.id, question});
  for (const auto& phrase : who.extra_phrases)
    all.push_back({"extra", "extra_phrases", phrase});
  if (who.remember_callers)
    for (const auto* phrase : {"forget me", "please forget me", "forget about me", "delete my data",
                               "please delete my data", "don't remember me"})
      all.push_back({"extra", "remember_callers", phrase});
  for (const auto& phrase : who.emergency_words)
    all.push_back({"urgent_extra", "emergency_words", phrase});
  if (!who.business.empty())
    all.push_back({"extra", "business", "is this " + who.business});
  return all;
}

// Joins what can be said into one alternative a line; reports the rest.
class rule_builder {
public:
  rule_builder(pronunciations& dictionary, std::vector<dictionary_gap>& gaps)
      : dictionary_(dictionary), gaps_(gaps) {}

  void add(const configured_phrase& phrase) {
    const auto words = spoken_words(phrase.text);
    bool sayable = true;
    std::string line;
    for (const auto& word : words) {
      sayable &= known(word, phrase.source);
      line += (line.empty() ? "" : " ") + word;
    }
    if (words.empty() && !phrase.text.empty())
      gaps_.push_back({phrase.text, phrase.source, {}});
    if (sayable && !line.empty() && seen_.insert(phrase.rule + '\n' + line).second) {
      auto& rule = rules[phrase.rule];
      rule += (rule.empty() ? "" : " | ") + line;
    }
  }

  bool known(const std::string& word, const std::string& source) {
    if (dictionary_.has(word))
      return true;
    const bool made = dictionary_.generate(word);
    if (reported_.insert(word).second)
      gaps_.push_back({word, source, made ? dictionary_.of(word).front() : std::string{}});
    return made;
  }

  std::map<std::string, std::string> rules;

private:
  pronunciations& dictionary_;
  std::vector<dictionary_gap>& gaps_;
  std::set<std::string> seen_, reported_;
};

result<phrase_grammar> make_grammar(const assistant& who, rule_builder& builder) {
  phrase_grammar grammar;
  for (const auto& rule : caller_phrases())
    if (auto added = grammar.add(std::string{rule.name}, rule.expression); !added)
      return added.error();
  for (const auto& phrase : configured(who))
    builder.add(phrase);
  for (const auto& [name, expression] : builder.rules)
    if (auto added = grammar.add(name, expression); !added)
      return added.error();
  const auto origin = grammar.words();
  grammar.prune([&](const std::string& word) {
    return builder.known(word, "built-in <" + origin.at(word) + ">");
  });
  return grammar;
}

// A sentence with one to three everyday words thrown in.
std::string loosened(const phrase_grammar& grammar, std::mt19937& random) {
  auto sentence = grammar.sample("utterance", random);
  for (auto left = std::uniform_int_distribution<int>{1, 3}(random); left > 0; --left) {
    const auto gaps = std::count(sentence.begin(), sentence.end(), ' ') + 1;
    auto skip = std::uniform_int_distribution<long>{0, gaps}(random);
    size_t at = 0;
    for (; skip > 0 && at != std::string::npos; --skip)
      at = sentence.find(' ', at + 1);
    const auto word = grammar.sample("common", random);
    sentence = at == std::string::npos ? sentence + " " + word
               : at == 0               ? word + " " + sentence
                                       : sentence.insert(at, " " + word);
  }
  return sentence;
}

std::string make_trigram(const phrase_grammar& grammar, const speech_model_settings& settings) {
  trigram_trainer trainer;
  std::mt19937 random{20261121}; // the same configuration gives the same model
  for (unsigned i = 0; i < settings.sentences; ++i)
    trainer.add(grammar.sample("utterance", random), settings.evidence);
  for (unsigned i = 0; i < settings.loose; ++i)
    trainer.add(loosened(grammar, random), settings.evidence);
  for (const auto& [word, _] : grammar.words())
    trainer.add(word, 0.05); // each word can be said, however rare its sentence
  return trainer.arpa();
}

} // namespace

std::vector<dictionary_gap> dictionary_gaps(const assistant& who, pronunciations& dictionary) {
  std::vector<dictionary_gap> gaps;
  rule_builder builder{dictionary, gaps};
  if (!make_grammar(who, builder))
    gaps.push_back({"", "built-in inventory", {}});
  return gaps;
}

result<speech_model> build_speech_model(const assistant& who, pronunciations& dictionary,
                                        const speech_model_settings& settings) {
  speech_model model;
  rule_builder builder{dictionary, model.gaps};
  auto grammar = make_grammar(who, builder);
  if (!grammar)
    return grammar.error();
  model.grammar = grammar->jsgf("heard");
  if (model.grammar.empty())
    return failure{failure_kind::internal, "speech: the grammar has no sentence", false};
  model.trigram = make_trigram(*grammar, settings);
  for (const auto& [word, _] : grammar->words()) {
    const auto ways = dictionary.of(word);
    for (size_t i = 0; i < ways.size(); ++i)
      model.dictionary +=
          word + (i ? "(" + std::to_string(i + 1) + ")" : std::string{}) + " " + ways[i] + "\n";
    ++model.words;
  }
  return model;
}

} // namespace trunkline
