#include "actors/speech/text_ledger.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace trunkline {

namespace {

bool counts(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || std::isalnum(u);
}

// Letters and digits only: a carrier tells what it spoke, not what it was given.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (counts(c))
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Bytes of `text` that hold its first `letters`.
size_t bytes_of(std::string_view text, size_t letters) {
  size_t at = 0;
  for (; at < text.size() && letters > 0; ++at)
    letters -= counts(text[at]) ? 1 : 0;
  return at;
}

size_t common(std::string_view a, std::string_view b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<size_t>(end.first - a.begin());
}

} // namespace

text_ledger::milliseconds text_ledger::said(uint64_t sentence, const std::string& text,
                                            milliseconds now, size_t before) {
  if (idle())
    run_.clear();
  entry made{sentence, text, before, now, now, {}, false};
  if (!run_.empty())
    made.starts = std::max(made.starts, run_.back().ends);
  made.ends = made.starts + length_of(text);
  run_.push_back(std::move(made));
  ++open_;
  return run_.back().starts;
}

text_ledger::news text_ledger::finish(entry& one) {
  one.finished = true;
  --open_;
  return {one.sentence, ms_per_character * static_cast<int>(one.before + one.text.size()), true};
}

std::vector<text_ledger::news> text_ledger::advance(milliseconds now) {
  std::vector<news> all;
  for (auto& one : run_)
    if (!one.finished && one.ends <= now)
      all.push_back(finish(one));
  return all;
}

std::vector<text_ledger::news> text_ledger::all_heard(milliseconds until) {
  std::vector<news> all;
  for (auto& one : run_)
    if (!one.finished && one.given <= until)
      all.push_back(finish(one));
  return all;
}

/// Bytes heard of each entry, or nothing when the carrier's words are not ours. It may tell of the
/// whole run or of its last part.
std::optional<std::vector<size_t>> text_ledger::match(std::string_view heard) const {
  const auto wanted = bare(heard);
  std::vector<size_t> bytes(run_.size(), 0);
  if (wanted.empty())
    return bytes;
  size_t first = run_.size(), best = 0;
  for (size_t from = 0; from < run_.size(); ++from) {
    std::string tail;
    for (size_t i = from; i < run_.size(); ++i)
      tail += bare(run_[i].text);
    if (const auto same = common(wanted, tail); same > best) {
      best = same;
      first = from;
    }
  }
  if (best * 2 < wanted.size())
    return std::nullopt;
  for (size_t i = 0; i < run_.size(); ++i) {
    const auto letters = bare(run_[i].text).size();
    const auto of_this = i < first ? letters : std::min(letters, best);
    bytes[i] = of_this == letters ? run_[i].text.size() : bytes_of(run_[i].text, of_this);
    best -= i < first ? 0 : of_this;
  }
  return bytes;
}

std::vector<text_ledger::news> text_ledger::cut(std::optional<std::string_view> heard,
                                                milliseconds now) {
  std::vector<news> all;
  const auto bytes = heard ? match(*heard) : std::nullopt;
  for (size_t i = 0; i < run_.size(); ++i) {
    auto& one = run_[i];
    if (one.finished)
      continue;
    const auto by_clock = std::max(now - one.starts, milliseconds{0}) / ms_per_character;
    const auto reached =
        std::min(bytes ? (*bytes)[i] : static_cast<size_t>(by_clock), one.text.size());
    if (reached == one.text.size()) {
      all.push_back(finish(one));
      continue;
    }
    all.push_back({one.sentence, ms_per_character * static_cast<int>(one.before + reached), false});
    // A word that was cut was not heard.
    auto word = reached;
    if (one.text[word] != ' ')
      word = one.text.rfind(' ', word);
    word = word == std::string::npos ? 0 : word;
    rest_.push_back({one.sentence, one.text.substr(word), one.before + word});
  }
  run_.clear();
  open_ = 0;
  return all;
}

std::optional<text_ledger::milliseconds> text_ledger::next_end() const {
  for (const auto& one : run_)
    if (!one.finished)
      return one.ends;
  return std::nullopt;
}

} // namespace trunkline
