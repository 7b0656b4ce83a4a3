#include "actors/media/kept_speech.hpp"

#include <algorithm>

namespace trunkline {

namespace {

constexpr size_t step_bytes = 1000 * kept_speech::bytes_per_ms;

} // namespace

void kept_speech::voice_begins() {
  speaking_ = true;
  forget();
  utterance_.reserve(step_bytes);
  utterance_.assign(lead_in_.begin(), lead_in_.end());
}

void kept_speech::voice_ends() {
  speaking_ = false;
  silent_bytes_ = 0;
}

void kept_speech::add(std::span<const uint8_t> audio) {
  if (speaking_ && utterance_.size() + audio.size() <= utterance_bytes_max) {
    if (utterance_.size() + audio.size() > utterance_.capacity())
      utterance_.reserve(utterance_.capacity() + std::max(step_bytes, audio.size()));
    utterance_.insert(utterance_.end(), audio.begin(), audio.end());
  }
  if (!speaking_ && utterance_.capacity() > 0) {
    silent_bytes_ += audio.size();
    if (silent_bytes_ >= kept_bytes_)
      forget();
  }
  if (lead_in_.capacity() == 0)
    lead_in_.reserve(2 * lead_in_bytes);
  if (lead_in_.size() + audio.size() > 2 * lead_in_bytes) // now and then, not with each frame
    lead_in_.erase(lead_in_.begin(), lead_in_.end() - static_cast<std::ptrdiff_t>(std::min(
                                                          lead_in_.size(), lead_in_bytes)));
  lead_in_.insert(lead_in_.end(), audio.begin(), audio.end());
}

} // namespace trunkline
