#include "bench/providers/spoken_input.hpp"

#include "protocol/audio/mulaw.hpp"
#include "protocol/text/words.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <string_view>

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

uint64_t print_of(std::span<const uint8_t> block) {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(block.data()), block.size()});
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

void told_words::learn(std::span<const uint8_t> mulaw, const std::string& text) {
  const std::lock_guard lock{mutex_};
  const auto id = static_cast<uint32_t>(taught_.size());
  taught_.push_back(text);
  for (size_t at = 0; at + block_bytes <= mulaw.size(); at += block_bytes) {
    const auto block = mulaw.subspan(at, block_bytes);
    if (!is_loud(block))
      continue;
    auto& texts = prints_[print_of(block)];
    if (texts.empty() || texts.back() != id)
      texts.push_back(id);
  }
}

std::optional<std::string> told_words::recognise(std::span<const uint64_t> prints) const {
  const std::lock_guard lock{mutex_};
  std::vector<uint32_t> fits;
  for (const auto print : prints) {
    const auto found = prints_.find(print);
    if (found == prints_.end())
      continue;
    std::vector<uint32_t> both;
    std::set_intersection(fits.begin(), fits.end(), found->second.begin(), found->second.end(),
                          std::back_inserter(both));
    if (fits.empty())
      fits = found->second;
    else if (!both.empty())
      fits = std::move(both);
    if (fits.size() == 1)
      break;
  }
  return fits.empty() ? std::nullopt : std::optional{taught_[fits.front()]};
}

std::vector<spoken_input::change> spoken_input::feed(std::span<const uint8_t> mulaw) {
  std::vector<change> changes;
  rest_.insert(rest_.end(), mulaw.begin(), mulaw.end());
  size_t at = 0;
  for (; at + block_bytes <= rest_.size(); at += block_bytes) {
    const auto begin = heard();
    bytes_ += block_bytes;
    const std::span<const uint8_t> block{rest_.data() + at, block_bytes};
    if (is_loud(block)) {
      to_ = heard();
      if (!voice_ && loud_blocks_ == 0)
        prints_.clear();
      prints_.push_back(print_of(block));
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
