#pragma once

#include "schema/failure.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// What may be said, as named rules: the source of the sentences the recogniser's trigrams are
/// trained on. A rule's expression is written
///
///     word   a b (sequence)   a | b   /3/ a | /1/ b (weights)   (a b)   [optional]   a+ (repeated)
///     <rule>
///
/// Words are lower case letters and apostrophes. Not recursive. One thread; a value.
class phrase_grammar {
public:
  /// Adds a rule or replaces it. bad_input: the expression cannot be read.
  result<void> add(const std::string& name, std::string_view expression);

  /// Every word with the first rule that has it, in order of words.
  std::map<std::string, std::string> words() const;

  /// Takes out what cannot be said without a word that `known` refuses: the alternatives that need
  /// it, the options that contain it. A rule with nothing left is dropped with its references.
  void prune(const std::function<bool(const std::string&)>& known);

  /// Whether sentences of this rule can be made: it is there, every reference leads somewhere, and
  /// no rule refers to itself.
  bool sound(const std::string& root) const;

  /// One random sentence of the rule, words separated by spaces; empty if there is none.
  std::string sample(const std::string& rule, std::mt19937& random) const;

private:
  struct node {
    enum class kind { word, reference, sequence, choice, optional, repeat, nothing };
    kind what = kind::sequence;
    std::string text; // word, reference
    std::vector<node> parts;
    std::vector<float> weights; // choice
  };
  class parser;

  static void collect(const node& n, const std::function<void(const node&)>& visit);
  bool pruned(node& n, const std::function<bool(const std::string&)>& known) const;
  void speak(const node& n, std::mt19937& random, std::string& out, unsigned depth) const;
  bool reach(const std::string& rule, std::vector<std::string>& open,
             std::vector<std::string>& done) const;

  std::map<std::string, node> rules_;
};

} // namespace trunkline
