#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace trunkline {

/// The caller's present or last utterance, mu-law, kept for a recogniser that takes over:
/// recognisers want some silence before the voice, and what is said in the first seconds says what
/// the caller wants. Takes no more memory than that, a second's worth more at most.
class kept_speech {
public:
  static constexpr size_t bytes_per_ms = 8;
  static constexpr size_t lead_in_bytes = 300 * bytes_per_ms;
  static constexpr size_t utterance_bytes_max = 8000 * bytes_per_ms;

  /// `kept_for`: after the voice's end nobody asks for it any more.
  explicit kept_speech(std::chrono::milliseconds kept_for)
      : kept_bytes_(static_cast<size_t>(kept_for.count()) * bytes_per_ms) {}

  /// At the audio added last.
  void voice_begins();
  void voice_ends();
  void add(std::span<const uint8_t> audio);
  /// The utterance, with its memory.
  void forget() { utterance_ = std::vector<uint8_t>{}; }

  /// Lead-in and voice; empty when there is none, or none any more.
  const std::vector<uint8_t>& utterance() const { return utterance_; }
  /// Memory in use.
  size_t bytes_held() const { return lead_in_.capacity() + utterance_.capacity(); }

private:
  const size_t kept_bytes_;
  std::vector<uint8_t> lead_in_;   ///< the latest audio, in case a voice begins
  std::vector<uint8_t> utterance_; ///< grows by a second's worth
  size_t silent_bytes_ = 0;        ///< since the voice ended
  bool speaking_ = false;
};

} // namespace trunkline
