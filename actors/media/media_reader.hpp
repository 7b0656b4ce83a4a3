#pragma once

#include "actors/types.hpp"
#include "infra/speech/voice_activity.hpp"
#include "protocol/twilio/media_message.hpp"

#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace trunkline {

/// What the messages of one media stream come to: joins the caller's frames, finds where the caller
/// speaks, reads keys and marks. Has no clock and no actor. It runs where the socket is, so that
/// a frame in which nothing happens costs no message between actors.
///
///     quiet: audio in pieces of 200 ms, of 100 ms in the second after a voice, for which words may
///     still be due
///     speaking: in pieces of 60 ms while the voice goes on; once it pauses frame by frame, as that
///     may be its end, and a recogniser waits for the quiet behind the words
///
/// What comes before a change of voice leaves before it. A frame that comes twice or too late is
/// marked as such and goes alone.
class media_reader {
public:
  using news = std::variant<caller_audio, voice_changed, key_pressed, mark_played,
                            stream_stopped_by_carrier, stream_broken>;

  /// A carrier's own messages are well formed; more broken ones are an attack or a defect.
  static constexpr unsigned bad_messages_max = 20;

  explicit media_reader(voice_settings settings) : activity_(settings) {}

  /// In order; valid until the next call. `now`: when the message was read.
  std::span<news> read(std::string_view message, steady_time now);

private:
  void bad_message(const failure& why);
  void on_audio(const stream_media& media, steady_time now);
  size_t piece_bytes() const;
  void flush();

  stream_message_parser parser_;
  voice_activity activity_;
  std::vector<news> news_;
  std::vector<uint8_t> piece_;      ///< of audio, not told yet
  steady_time piece_at_;            ///< its last frame was here
  uint64_t piece_timestamp_ms_ = 0; ///< the carrier's, of its first frame
  uint64_t media_bytes_ = 0;        ///< of the caller, since the stream began
  uint64_t last_sequence_ = 0;
  uint64_t quiet_from_ = 0; ///< as media_bytes_: words of a voice before are known by then
  unsigned bad_messages_ = 0;
  bool speaking_ = false;
};

} // namespace trunkline
