#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// What stand-in recognisers "understand": nobody listens, somebody says what was said, or taught
/// them before how it will sound. Thread safe.
class told_words {
public:
  /// The next utterance; later ones wait their turn.
  void will_hear(std::string text);
  /// Every utterance for which nothing else was told.
  void always_hears(std::string text);
  std::string take();

  /// Audio that is heard again as these very frames of 160 bytes is understood as `text`.
  void learn(std::span<const uint8_t> mulaw, const std::string& text);
  /// The text whose audio has all these frames, as far as any has; while several do, one of them.
  std::optional<std::string> recognise(std::span<const uint64_t> prints) const;

private:
  mutable std::mutex mutex_;
  std::vector<std::string> next_, taught_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> prints_; ///< of a frame: texts with it
  std::string always_;
};

/// Finds voice in mu-law audio by its loudness alone: enough for audio that is either speech or
/// silence. Times are media time.
class spoken_input {
public:
  using milliseconds = std::chrono::milliseconds;
  struct change {
    bool voice = false;
    milliseconds at{0};
  };

  /// `silence`: what ends a voice.
  explicit spoken_input(milliseconds silence) : silence_(silence) {}

  std::vector<change> feed(std::span<const uint8_t> mulaw);
  milliseconds heard() const { return milliseconds{bytes_ / 8}; }
  bool voice() const { return voice_; }
  /// Of the present or last voice.
  milliseconds voice_from() const { return from_; }
  milliseconds voice_to() const { return to_; }
  /// Of the present or last voice's loud frames, for told_words::recognise().
  std::span<const uint64_t> prints() const { return prints_; }

private:
  const milliseconds silence_;
  uint64_t bytes_ = 0;
  std::vector<uint8_t> rest_; ///< less than a block
  bool voice_ = false;
  unsigned loud_blocks_ = 0;
  std::vector<uint64_t> prints_;
  milliseconds from_{0}, to_{0};
};

/// The first words of a text, as a recogniser has them after `part` of `whole` was spoken.
std::string words_so_far(const std::string& text, std::chrono::milliseconds part,
                         std::chrono::milliseconds whole);

} // namespace trunkline
