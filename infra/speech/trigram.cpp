#include "infra/speech/trigram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace trunkline {

namespace {

constexpr double log_never = -99;

uint64_t pair_of(uint32_t first, uint32_t second) {
  return uint64_t{first} << 32 | second;
}

void put_number(std::string& out, double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  out += text;
}

} // namespace

trigram_trainer::word_id trigram_trainer::id(std::string_view word) {
  const auto [found, is_new] = ids_.emplace(std::string{word}, static_cast<word_id>(words_.size()));
  if (is_new)
    words_.emplace_back(word);
  return found->second;
}

void trigram_trainer::add(std::string_view sentence, double count) {
  std::vector<word_id> line = {id("<s>")};
  for (size_t at = 0; at < sentence.size();) {
    const auto end = std::min(sentence.find(' ', at), sentence.size());
    if (end > at)
      line.push_back(id(sentence.substr(at, end - at)));
    at = end + 1;
  }
  if (line.size() == 1)
    return;
  line.push_back(id("</s>"));
  const auto learn = [count](history& h, word_id word) {
    h.total += count;
    h.next[word] += count;
  };
  for (size_t i = 1; i < line.size(); ++i) {
    learn(start_, line[i]);
    learn(after_one_[line[i - 1]], line[i]);
    if (i > 1)
      learn(after_two_[pair_of(line[i - 2], line[i - 1])], line[i]);
  }
}

// The share of probability kept for what was not seen after this history.
double trigram_trainer::left_over(const history& h) {
  const auto kinds = static_cast<double>(h.next.size());
  return kinds / (kinds + h.total);
}

double trigram_trainer::unigram(word_id word) const {
  const auto found = start_.next.find(word);
  const double seen = found == start_.next.end() ? 0 : found->second / start_.total;
  const double rest = left_over(start_);
  return (1 - rest) * seen + rest / static_cast<double>(words_.size());
}

double trigram_trainer::bigram(word_id first, word_id word) const {
  const auto found = after_one_.find(first);
  if (found == after_one_.end())
    return unigram(word);
  const auto& h = found->second;
  const auto seen = h.next.find(word);
  const double rest = left_over(h);
  return (seen == h.next.end() ? 0 : (1 - rest) * seen->second / h.total) + rest * unigram(word);
}

double trigram_trainer::trigram(uint64_t pair, word_id word) const {
  const auto& h = after_two_.at(pair);
  const double rest = left_over(h);
  return (1 - rest) * h.next.at(word) / h.total +
         rest * bigram(static_cast<word_id>(pair & 0xffffffff), word);
}

std::string trigram_trainer::arpa() const {
  if (words_.empty())
    return {};
  size_t twos = 0, threes = 0;
  for (const auto& [_, h] : after_one_)
    twos += h.next.size();
  for (const auto& [_, h] : after_two_)
    threes += h.next.size();
  std::string out = "\\data\\\nngram 1=" + std::to_string(words_.size()) +
                    "\nngram 2=" + std::to_string(twos) + "\nngram 3=" + std::to_string(threes) +
                    "\n\n\\1-grams:\n";
  for (word_id w = 0; w < words_.size(); ++w) {
    put_number(out, words_[w] == "<s>" ? log_never : std::log10(unigram(w)));
    out += ' ' + words_[w] + ' ';
    const auto h = after_one_.find(w);
    put_number(out, h == after_one_.end() ? 0 : std::log10(left_over(h->second)));
    out += '\n';
  }
  out += "\n\\2-grams:\n";
  for (const auto& [first, h] : after_one_)
    for (const auto& [word, _] : h.next) {
      put_number(out, std::log10(bigram(first, word)));
      out += ' ' + words_[first] + ' ' + words_[word] + ' ';
      const auto next = after_two_.find(pair_of(first, word));
      put_number(out, next == after_two_.end() ? 0 : std::log10(left_over(next->second)));
      out += '\n';
    }
  out += "\n\\3-grams:\n";
  for (const auto& [pair, h] : after_two_)
    for (const auto& [word, _] : h.next) {
      put_number(out, std::log10(trigram(pair, word)));
      out += ' ' + words_[pair >> 32] + ' ' + words_[pair & 0xffffffff] + ' ' + words_[word] + '\n';
    }
  return out + "\n\\end\\\n";
}

} // namespace trunkline
