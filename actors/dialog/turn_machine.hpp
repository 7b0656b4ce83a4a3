#pragma once

#include "actors/dialog/endpointing.hpp"
#include "actors/dialog/speculation.hpp"
#include "actors/speech/barge_in.hpp"
#include "schema/assistant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace trunkline {

/// Time on one call's clock, from the start of its first stream.
using call_time = milliseconds;

/// What happens on the call, as the turn machine sees it.
namespace turn_event {
/// Voice activity; `at` is when the first or last voiced frame was heard, `audio` the same on the
/// stream's media clock (0: unknown).
struct speech_started {
  call_time at;
};
struct speech_ended {
  call_time at;
  milliseconds audio{0};
};
/// From the recogniser. Each speech_started is covered by exactly one final, possibly empty.
struct transcript {
  std::string text;
  bool is_final = false;
  bool rejected = false;
  bool turn_over = false;    ///< the service itself takes the turn to be over
  uint64_t utterance = 0;    ///< the last speech_started it covers, from 1; 0: the oldest open one
  milliseconds audio_end{0}; ///< media time of the end of what was heard; 0: unknown
};
struct key_pressed {
  char digit;
};
/// The recogniser died or gave up with speech in it: those words are lost.
struct recogniser_lost {};
/// Nobody listens any more (the keypad does): what was being waited for is forgotten.
struct listening_over {};
/// The agent's reply: its first sentence is on its way to the voice.
struct reply_speaking {
  uint64_t reply;
};
/// No more text of this reply will come.
struct reply_finished {
  uint64_t reply;
};
struct tool_started {};
struct tool_finished {};
/// The caller begins to hear something, or has heard everything there was.
struct playout_started {
  bool filler;
};
struct playout_idle {};
/// The channel itself has fallen silent because the caller spoke over it: as if it had been paused.
struct playout_cut {};
/// The channel itself has listened long enough to a caller who said nothing.
struct caller_silent {};
/// Something of our own that must be heard to its end (emergency line, farewell) before `then`.
struct closing {};
struct tick {};
} // namespace turn_event

using turn_input =
    std::variant<turn_event::speech_started, turn_event::speech_ended, turn_event::transcript,
                 turn_event::key_pressed, turn_event::recogniser_lost, turn_event::listening_over,
                 turn_event::reply_speaking, turn_event::reply_finished, turn_event::tool_started,
                 turn_event::tool_finished, turn_event::playout_started, turn_event::playout_idle,
                 turn_event::playout_cut, turn_event::caller_silent, turn_event::closing,
                 turn_event::tick>;

/// What the actors have to do.
namespace turn_effect {
/// The caller's turn is over. `text` empty: speech that was not understood. `speculated`: the reply
/// of that number was begun by `speculate` and fits.
struct start_reply {
  uint64_t reply;
  std::string text;
  bool speculated = false;
};
/// The turn is probably over: a reply may be prepared, of which nothing is heard and no tool runs
/// until start_reply takes it up.
struct speculate {
  uint64_t reply;
  std::string text;
};
/// The caller went on, or said something else.
struct drop_speculation {
  uint64_t reply;
};
/// Nobody has spoken for a while: the agent asks whether the caller is there.
struct prompt_silent_caller {
  uint64_t reply;
};
/// The reply is not wanted any more (its tools with side effects go on).
struct cancel_reply {
  uint64_t reply;
};
struct pause_playout {};
struct resume_playout {};
/// Drops all that has not been heard; the agent turn is cut there.
struct stop_playout {
  bool barge_in;
};
enum class filler { working, one_moment, still_there };
struct say_filler {
  filler kind;
};
/// The reply never came: ask the caller to say it again.
struct ask_again {};
/// Leave AI mode: message taking.
struct take_message {
  std::string why;
};
/// The caller has gone silent for good.
struct end_call {
  std::string why;
};
/// What had to be heard before closing has been heard.
struct closing_heard {};
} // namespace turn_effect

using turn_output =
    std::variant<turn_effect::start_reply, turn_effect::speculate, turn_effect::drop_speculation,
                 turn_effect::prompt_silent_caller, turn_effect::cancel_reply,
                 turn_effect::pause_playout, turn_effect::resume_playout, turn_effect::stop_playout,
                 turn_effect::say_filler, turn_effect::ask_again, turn_effect::take_message,
                 turn_effect::end_call, turn_effect::closing_heard>;

/// Turn taking as a pure state machine: events with timestamps in, effects out; no clock, no I/O.
/// Recorded events replay to the same effects.
///
///   listening ──speech──► caller speaks ──silence + final──► reply wanted ──audio──► agent speaks
///       ▲                      ▲ words while the agent speaks: barge-in │                   │
///       └──────────────────────┴──────────── playout idle ◄────────────┴───────────────────┘
///
/// The dead-air clock runs from the end of the caller's speech until a reply is heard: fillers,
/// then the turn is abandoned and asked again, the second time message taking.
class turn_machine {
public:
  explicit turn_machine(const turn_settings& settings);

  /// `now` never goes backwards.
  std::vector<turn_output> on(const turn_input& input, call_time now);

  /// When to send the next tick, if anything is due at all.
  std::optional<call_time> next_deadline() const;

  /// What the agent says now may not be interrupted (greeting or legal notice), until it was heard.
  void protect_playout(bool on) { protected_ = on; }
  bool playout_protected() const { return protected_; }
  /// The agent's last words, for endpointing.
  void agent_said(const std::string& text) { dictating_ = expects_dictation(text); }

  /// A filler is no reply: words that come while one is heard are the ones waited for.
  bool agent_has_floor() const { return (playing_ && !filler_only_) || reply_open_; }
  /// End of the caller's speech that the present wait counts from.
  call_time waiting_since() const { return waiting_since_.value_or(speech_end_); }
  /// When the machine decided that the turn was over.
  call_time decided_at() const { return decided_at_; }
  /// When the silence alone would have ended the turn; later decisions waited for the recogniser.
  call_time endpoint_at() const { return endpoint_at_; }
  uint64_t current_reply() const { return reply_; }
  /// Something was said and no final has covered it yet.
  bool words_missing() const { return finals_due_ > 0; }

  /// Nobody speaks, and nobody waits for an answer.
  bool is_quiet() const { return !agent_has_floor() && !caller_turn_open() && !waiting_since_; }

private:
  using outputs = std::vector<turn_output>;

  void on_event(const turn_event::speech_started& event, call_time now, outputs& out);
  void on_event(const turn_event::speech_ended& event, call_time now, outputs& out);
  void on_event(const turn_event::transcript& event, call_time now, outputs& out);
  void on_event(const turn_event::key_pressed& event, call_time now, outputs& out);
  void on_event(const turn_event::recogniser_lost&, call_time now, outputs& out);
  void on_event(const turn_event::listening_over&, call_time now, outputs& out);
  void on_event(const turn_event::reply_speaking& event, call_time now, outputs& out);
  void on_event(const turn_event::reply_finished& event, call_time now, outputs& out);
  void on_event(const turn_event::tool_started&, call_time now, outputs& out);
  void on_event(const turn_event::tool_finished&, call_time now, outputs& out);
  void on_event(const turn_event::playout_started& event, call_time now, outputs& out);
  void on_event(const turn_event::playout_idle&, call_time now, outputs& out);
  void on_event(const turn_event::playout_cut&, call_time now, outputs& out);
  void on_event(const turn_event::caller_silent&, call_time now, outputs& out);
  void on_event(const turn_event::closing&, call_time now, outputs& out);
  void on_event(const turn_event::tick&, call_time now, outputs& out);

  void on_final(const turn_event::transcript& event, call_time now, outputs& out);
  void check_speculation(call_time now, outputs& out);
  void drop_speculation(outputs& out);
  void weigh_interjection(const turn_event::transcript& event, outputs& out);
  void take_floor(outputs& out, bool barge_in);
  void forget_caller_turn();
  void commit_turn(call_time now, outputs& out);
  void check_barge_in(call_time now, outputs& out);
  void check_endpoint(call_time now, outputs& out);
  void check_dead_air(call_time now, outputs& out);
  void check_caller_silence(call_time now, outputs& out);
  void abandon_turn(call_time now, outputs& out);
  /// There are words, and none are known to be missing.
  bool may_speculate() const {
    return !speculated_ && !agent_has_floor() && caller_turn_open() &&
           (finals_due_ == 0 || !interim_.empty());
  }
  bool caller_turn_open() const { return speaking_ || finals_due_ > 0 || has_words_; }
  milliseconds filler_after() const;

  const turn_settings settings_;
  endpointing endpointing_;

  // The caller.
  bool speaking_ = false;
  uint64_t utterances_ = 0; ///< speech_started events
  call_time speech_start_{0}, speech_end_{0};
  unsigned finals_due_ = 0;
  bool has_words_ = false; ///< something was said (or heard and not understood) in this turn
  std::string text_, interim_;
  bool rejected_ = false;
  bool turn_over_ = false; ///< the service itself decided so
  bool dictating_ = false;
  call_time endpoint_at_{0}, decided_at_{0};
  milliseconds final_delay_{0}; ///< of the last final, from the end of speech

  // A reply begun before the turn was over.
  struct ahead {
    uint64_t reply;
    std::string text;
  };
  speculation speculation_;
  std::optional<ahead> speculated_;

  // The agent.
  uint64_t reply_ = 0;
  bool reply_open_ = false;  ///< wanted, and more text may come
  bool reply_heard_ = false; ///< its audio has begun
  std::string reply_to_;     ///< the caller text it answers, should the turn be reopened
  bool playing_ = false;
  bool filler_only_ = false; ///< nothing but fillers is being heard
  bool tool_running_ = false;
  bool protected_ = false;
  std::optional<call_time> paused_at_;
  std::optional<call_time> barge_since_; ///< voice over the agent's playout since

  // The dead-air clock.
  std::optional<call_time> waiting_since_;
  unsigned fillers_ = 0;
  unsigned abandoned_ = 0;

  // Silence of the caller.
  std::optional<call_time> quiet_since_;
  unsigned silences_ = 0;

  bool closing_ = false, closed_ = false;
};

} // namespace trunkline
