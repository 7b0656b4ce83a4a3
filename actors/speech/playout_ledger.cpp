#include "actors/speech/playout_ledger.hpp"

#include <algorithm>

namespace trunkline {

namespace {

constexpr size_t bytes_per_ms = 8;

milliseconds length_of(size_t bytes) { return milliseconds{bytes / bytes_per_ms}; }

} // namespace

playout_ledger::entry* playout_ledger::find(uint64_t sentence) {
  for (auto& one : entries_)
    if (one.sentence == sentence)
      return &one;
  return nullptr;
}

void playout_ledger::sent(uint64_t sentence, size_t bytes, milliseconds now) {
  plays_until_ = std::max(plays_until_, now);
  auto* one = find(sentence);
  if (!one) {
    entries_.push_back({sentence, 0, 0, plays_until_, false});
    one = &entries_.back();
  }
  one->bytes += bytes;
  since_mark_ += bytes;
  plays_until_ += length_of(bytes);
}

std::string playout_ledger::add_mark(uint64_t sentence, size_t offset, bool end) {
  since_mark_ = 0;
  auto name = "g" + std::to_string(generation_) + "-m" + std::to_string(++serial_);
  marks_.push_back({name, sentence, offset, end});
  return name;
}

std::string playout_ledger::finish(uint64_t sentence) {
  auto* one = find(sentence);
  if (!one) { // a sentence without audio is heard as soon as what is before it
    entries_.push_back({sentence, 0, 0, plays_until_, false});
    one = &entries_.back();
  }
  one->finished = true;
  return add_mark(sentence, one->bytes, true);
}

std::optional<std::string> playout_ledger::mark_due(milliseconds every) {
  if (entries_.empty() || length_of(since_mark_) < every)
    return std::nullopt;
  return add_mark(entries_.back().sentence, entries_.back().bytes, false);
}

std::vector<playout_ledger::heard_sentence> playout_ledger::on_mark(const std::string& name) {
  std::vector<heard_sentence> news;
  const auto known = std::find_if(marks_.begin(), marks_.end(),
                                  [&](const mark& one) { return one.name == name; });
  if (known == marks_.end())
    return news; // of an earlier generation, or not ours
  // Echoes come in order, so everything before this one was played as well.
  for (auto it = marks_.begin(); it != known + 1; ++it) {
    auto* one = find(it->sentence);
    if (!one)
      continue;
    one->acknowledged = std::max(one->acknowledged, it->offset);
    news.push_back({one->sentence, length_of(one->acknowledged), it->end});
    if (it->end)
      std::erase_if(entries_, [&](const entry& e) { return e.sentence == it->sentence; });
  }
  marks_.erase(marks_.begin(), known + 1);
  return news;
}

std::vector<playout_ledger::heard_sentence> playout_ledger::clear(milliseconds now) {
  std::vector<heard_sentence> heard;
  for (const auto& one : entries_) {
    const auto by_clock = std::clamp(now - one.plays_at, milliseconds{0}, length_of(one.bytes));
    heard.push_back({one.sentence, std::max(by_clock, length_of(one.acknowledged)), false});
  }
  entries_.clear();
  marks_.clear();
  ++generation_;
  since_mark_ = 0;
  plays_until_ = now;
  return heard;
}

milliseconds playout_ledger::ahead(milliseconds now) const {
  return std::max(plays_until_ - now, milliseconds{0});
}

} // namespace trunkline
