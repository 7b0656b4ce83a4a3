#pragma once

#include "schema/failure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// What the head of a WAV stream says.
struct wav_head {
  uint32_t rate = 0;
  unsigned channels = 0;
  unsigned bits = 0;
  bool mulaw = false;
};

/// Reads a WAV file as it arrives, cut anywhere, and hands its samples on. The length of the data
/// may be a stream's (0, 0xFFFFFFFF, or more than ever comes): then all that follows is sound.
class wav_stream {
public:
  /// The bytes of `bytes` that are sound, which may be none. bad_input for what is no WAV of PCM 16
  /// bit or 8 bit mu-law, and for a head over 64 KiB.
  result<std::string_view> feed(std::string_view bytes);
  /// Known once feed() gave sound.
  const std::optional<wav_head>& head() const { return head_; }
  /// Sound is missing that the head promised in a believable way.
  bool is_cut() const { return left_ && *left_ > 0; }

private:
  result<bool> read_chunk();
  std::string_view sound(std::string_view bytes);

  std::string buffer_; ///< the head as far as it came
  size_t at_ = 0;
  std::optional<wav_head> format_, head_;
  std::optional<uint64_t> left_; ///< bytes of sound to come; nullopt: up to the end
};

} // namespace trunkline
