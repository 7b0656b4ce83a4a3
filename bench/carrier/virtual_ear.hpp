#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace trunkline {

/// Time on a call's own clock: since the carrier began to ring.
using media_time = std::chrono::microseconds;

/// What the caller hears: the carrier's play-out buffer on the media clock. Audio plays in order of
/// arrival in real time, marks come back when what was sent before them has been played, `clear`
/// drops the rest and gives all marks back. Knows when the agent is audible: energy, not silence.
/// No clock of its own: every call says what time it is, and time never goes back.
class virtual_ear {
public:
  /// A stretch of agent speech as heard; pauses shorter than 300 ms belong to it.
  struct utterance {
    media_time from{}, to{};
  };

  explicit virtual_ear(bool record = false) : record_(record) {}

  void play(std::span<const uint8_t> audio, media_time at);
  /// Mark names to be echoed now, in order (also of the two below).
  [[nodiscard]] std::vector<std::string> mark(std::string name, media_time at);
  [[nodiscard]] std::vector<std::string> clear(media_time at);
  [[nodiscard]] std::vector<std::string> advance(media_time at);

  const std::vector<utterance>& utterances() const { return utterances_; }
  /// Holes of 20 to 300 ms in the middle of speech because no audio was there to be played.
  const std::vector<utterance>& gaps() const { return gaps_; }
  /// End of the last audible frame; zero when nothing was heard yet.
  media_time last_heard() const {
    return utterances_.empty() ? media_time{} : utterances_.back().to;
  }
  /// Audio waiting to be played.
  media_time ahead() const;
  /// Mu-law from time zero, silence included, when recording.
  const std::vector<uint8_t>& heard() const { return heard_; }

private:
  void run_to(uint64_t sample);
  void note_gap(std::span<const uint8_t> next);
  void hear(std::span<const uint8_t> samples);
  void hear_silence(uint64_t count);
  void end_window();
  std::vector<std::string> take_due_marks();

  struct pending_mark {
    std::string name;
    uint64_t after; // of all bytes ever queued
  };

  const bool record_;
  uint64_t position_ = 0; // samples since time zero
  std::vector<uint8_t> queue_;
  size_t head_ = 0; // of queue_, what is already played
  uint64_t queued_total_ = 0;
  std::vector<pending_mark> marks_;
  uint64_t window_energy_ = 0;
  uint64_t sound_since_ = 0; ///< in this window
  std::vector<utterance> utterances_, gaps_;
  media_time dry_since_{-1}; ///< when the queue ran empty by being played; or -1
  std::vector<uint8_t> heard_;
};

/// Whether mu-law, 20 ms of it say, is more than silence or line noise.
bool is_audible(std::span<const uint8_t> frame);

} // namespace trunkline
