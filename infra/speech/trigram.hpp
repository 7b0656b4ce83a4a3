#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// Learns which words follow which, and writes it as an ARPA trigram. Interpolated Witten-Bell
/// smoothing, so every word of the vocabulary can follow every other. One thread.
class trigram_trainer {
public:
  /// `count`: how often the sentence is heard. Words are separated by spaces.
  void add(std::string_view sentence, double count = 1);

  size_t vocabulary() const { return words_.size(); }
  /// Deterministic: words in order of first appearance. Empty when nothing was added.
  std::string arpa() const;

private:
  using word_id = uint32_t;
  struct history {
    double total = 0;
    std::map<word_id, double> next;
  };

  word_id id(std::string_view word);
  double unigram(word_id word) const;
  double bigram(word_id first, word_id word) const;
  double trigram(uint64_t pair, word_id word) const;
  static double left_over(const history& h);

  std::vector<std::string> words_;
  std::unordered_map<std::string, word_id> ids_;
  history start_; // all words
  std::map<word_id, history> after_one_;
  std::map<uint64_t, history> after_two_; // first << 32 | second
};

} // namespace trunkline
