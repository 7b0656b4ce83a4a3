#include "bench/providers/spoken_input.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/text/words.hpp"

#include <algorithm>
#include <cstdlib>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr size_t block_bytes = 160; // 20 ms
constexpr int64_t loud_mean = 300; // of 16 bit samples; line noise of the simulated caller is below
constexpr unsigned blocks_to_start = 2;

bool is_loud(std::span<const uint8_t> block) {
  int64_t sum = 0;
  for (const auto byte : block)
    sum += std::abs(static_cast<int>(mulaw_decode(byte)));
  return sum / static_cast<int64_t>(block.size()) >= loud_mean;
}

} // namespace

void told_words::will_hear(std::string text) {
  const std::lock_guard lock{mutex_};
  next_.push_back(std::move(text));
}

void told_words::always_hears(std::string text) {
  const std::lock_guard lock{mutex_};
  always_ = std::move(text);
}

std::string told_words::take() {
  const std::lock_guard lock{mutex_};
  if (next_.empty())
    return always_;
  auto text = std::move(next_.front());
  next_.erase(next_.begin());
  return text;
}

std::vector<spoken_input::change> spoken_input::feed(std::span<const uint8_t> mulaw) {
  std::vector<change> changes;
  rest_.insert(rest_.end(), mulaw.begin(), mulaw.end());
  size_t at = 0;
  for (; at + block_bytes <= rest_.size(); at += block_bytes) {
    const auto begin = heard();
    bytes_ += block_bytes;
    if (is_loud({rest_.data() + at, block_bytes})) {
      to_ = heard();
      if (!voice_ && ++loud_blocks_ >= blocks_to_start) {
        voice_ = true;
        from_ = begin - milliseconds{20 * (blocks_to_start - 1)};
        changes.push_back({true, from_});
      }
    } else {
      loud_blocks_ = 0;
      if (voice_ && heard() - to_ >= silence_) {
        voice_ = false;
        changes.push_back({false, to_});
      }
    }
  }
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<ptrdiff_t>(at));
  return changes;
}

std::string words_so_far(const std::string& text, milliseconds part, milliseconds whole) {
  if (part >= whole || whole.count() <= 0)
    return text;
  const auto words = split_words(text);
  const auto count =
      words.size() * static_cast<size_t>(part.count()) / static_cast<size_t>(whole.count());
  std::string out;
  size_t from = 0;
  for (size_t i = 0; i < count; ++i) {
    from = text.find_first_not_of(' ', from);
    const auto end = std::min(text.find(' ', from), text.size());
    out += (out.empty() ? "" : " ") + text.substr(from, end - from);
    from = end;
  }
  return out;
}

} // namespace trunkline
