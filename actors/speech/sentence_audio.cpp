#include "actors/speech/sentence_audio.hpp"

#include <algorithm>

namespace trunkline {

void sentence_audio::append(bytes chunk) {
  if (!chunk || chunk->empty())
    return;
  const auto length = chunk->size();
  chunks_.push_back({std::move(chunk), size_});
  size_ += length;
}

sentence_audio::piece sentence_audio::at(size_t offset, size_t bytes_max) const {
  if (offset >= size_ || bytes_max == 0)
    return {};
  auto one = std::upper_bound(chunks_.begin(), chunks_.end(), offset,
                              [](size_t at, const placed& chunk) { return at < chunk.start; });
  --one;
  const auto wanted = std::min(bytes_max, size_ - offset);
  const auto within = offset - one->start;
  if (within + wanted <= one->chunk->size())
    return {one->chunk, within, within + wanted};
  auto joined = std::make_shared<std::vector<uint8_t>>();
  joined->reserve(wanted);
  for (auto from = within; joined->size() < wanted; ++one, from = 0) {
    const auto take = std::min(one->chunk->size() - from, wanted - joined->size());
    const auto start = one->chunk->begin() + static_cast<ptrdiff_t>(from);
    joined->insert(joined->end(), start, start + static_cast<ptrdiff_t>(take));
  }
  return {std::move(joined), 0, wanted};
}

} // namespace trunkline
