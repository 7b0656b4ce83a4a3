#pragma once

#include "protocol/speech/recogniser_codec.hpp"
#include "schema/failure.hpp"
#include "schema/transcript.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// Joins our own voice activity with what a streaming recogniser says, in whatever order both come.
//
//   our voice activity   |----- 1 -----|        |-- 2 --|
//   flush wanted                       !                !
//   the service            i i  S   i   S(flush)   i     S(ends speech)
//   given out              i i  i   i   FINAL 1    i     FINAL 2
//
// i: may change, S: settled. An utterance is closed by the answer to the flush, by a settled text
// that ends the speech or reaches the end of the voice, or by its deadline. A text that comes while
// the voice goes on is held until the voice ends. What was given out in a final and comes once more
// in another form is not given again; what comes too late opens the next utterance.

namespace trunkline {

struct assembler_settings {
  std::chrono::milliseconds final_within{1500};   ///< after the end of the voice
  std::chrono::milliseconds voice_min{600};       ///< no word of a longer one: the service is deaf
  std::chrono::milliseconds utterance_max{30000}; ///< a longer voice is closed there
  size_t text_bytes_max = 8192;                   ///< of one utterance; more is dropped
  bool flushes = true;                            ///< the service can be told to settle
};

/// The service is to be told that the speech has ended.
struct flush_wanted {};

using assembled = std::variant<transcript, failure, flush_wanted>;

/// One call's utterances out of one streaming service. Each speech_started is covered by exactly
/// one final transcript, whose `utterance` is the last speech_started it covers; the one exception
/// is a failure: the service understood no word of a voice that was long enough, and fell silent
/// before its end. Text that no voice of ours belongs to is no utterance: it waits a little for a
/// voice to come. Pure; `now` never goes backwards, `audio` is the time of the media sent so far on
/// this connection.
class utterance_assembler {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  explicit utterance_assembler(assembler_settings settings) : settings_(settings) {}

  std::vector<assembled> speech_started(time_point now, milliseconds audio);
  std::vector<assembled> speech_ended(time_point now, milliseconds audio);
  std::vector<assembled> on(const recognised& what, time_point now);
  std::vector<assembled> tick(time_point now);
  /// When the next tick is due, if one is.
  std::optional<time_point> next_deadline() const;

  /// A new connection: its audio counts from zero and the service knows nothing of what was said.
  /// The words so far are kept.
  void connection_restarted();

private:
  struct voice {
    uint64_t number = 0;
    milliseconds begin{0}, end{0}; ///< of audio
    time_point started_at, ended_at{};
    bool ended = false;
    // What the service said about it, be it nothing understood:
    bool answered = false;     ///< anything
    bool answered_end = false; ///< after its end, without saying about which audio
    milliseconds told_to{0};   ///< about audio up to here; 0: unknown
  };
  /// The service took the speech to be over.
  struct decision {
    milliseconds audio_end{0};
    bool whole_turn = false;
  };
  using outputs = std::vector<assembled>;

  bool is_stale(const recognised& what) const;
  bool take_text(const recognised& what, time_point now);
  size_t covered_by(const recognised& what) const;
  bool decided_at_end_of(const voice& spoken) const;
  bool is_unheard(const voice& spoken) const;
  void close(size_t count, bool forced, outputs& out);
  void forget_words();
  void append_settled(std::string text);
  std::string all_words() const;
  void say_interim(outputs& out, bool again = false);
  time_point deadline_of(const voice& spoken) const;

  const assembler_settings settings_;
  std::deque<voice> open_; ///< not covered by a final yet; only the last may still go on
  uint64_t started_ = 0;

  std::string settled_, interim_;
  std::vector<std::string> alternatives_;
  float settled_confidence_ = 1, interim_confidence_ = 1;
  std::string given_;          ///< words of the open window or turn that a final has carried
  milliseconds text_end_{0};   ///< audio that the words cover
  milliseconds settled_to_{0}; ///< audio that is settled: nothing more can come about it
  milliseconds closed_to_{0};  ///< audio that the last final covered
  time_point words_at_{};      ///< when words last changed
  bool flushed_idle_ = false;  ///< the words stood still and a flush was asked for

  std::optional<decision> decided_;
  bool turn_over_ = false;
  std::string said_; ///< the last interim given out
  bool said_turn_over_ = false;
};

} // namespace trunkline
