#pragma once

#include "actors/interfaces.hpp"
#include "actors/speech/carrier_line.hpp"
#include "infra/caf/compat.hpp"
#include "schema/assistant.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

/// The gather channel: a turn is a webhook with the caller's words, answered with what the agent
/// says and another <Gather>. A reply that is not there in time is answered with what there is of
/// it, or a filler, and asked for again. A page is in one language. A repeated webhook gets the
/// answer of the first. The carrier does not say what of a prompt was heard: it is taken as heard
/// when it is given. Ends normally when the call ends, with ec::media_lost when no webhook came for
/// `webhook_within`.
struct gather_state {
  static inline const char* name = "gather";
  static constexpr std::chrono::milliseconds answer_within{3000};
  /// Longest prompt, silence and speech together.
  static constexpr std::chrono::seconds webhook_within{240};
  /// In a row; the next time keys are asked for.
  static constexpr unsigned failures_max = 2;
  /// After so many times asked for the same answer the carrier listens again.
  static constexpr unsigned waits_max = 4;
  /// A carrier's guess below it is worse than asking again; 0 or none says nothing.
  static constexpr double confidence_min = 0.3;
  static constexpr size_t answers_max = 16; ///< kept for repeats
  static constexpr size_t lines_max = 64;

  /// `language`: that the call is in; empty: the assistant's.
  gather_state(words_actor::pointer self, turn_settings settings, call_actor call,
               std::string language = {});
  ~gather_state();

  words_actor::behavior_type make_behavior();

private:
  struct question {
    std::string key;
    unsigned part = 0;
    std::vector<std::function<void(gather_page)>> answers;
    steady_time due;
  };

  void on_turn(gather_turn&& turn);
  void on_partial(gather_turn&& turn);
  void take(gather_turn&& turn);
  void take_words(gather_turn&& turn);
  void not_heard(bool silent);
  void on_speak(speak&& order);
  void on_stop();
  void answer_if_ready();
  bool speaks_former_language() const;
  void answer_for_now();
  gather_page page_of(gather_page::kind what, bool all);
  void give(gather_page page);
  void on_tick();
  void arm();

  words_actor::pointer self;
  actor_guard guard;
  call_actor call;
  std::string language;
  carrier_words ears;
  std::optional<question> asked;
  std::deque<std::pair<std::string, gather_page>> answered;
  std::deque<carrier_line> lines;    ///< to be said
  std::vector<carrier_line> spoken;  ///< on the page that is being made
  bool complete = false;             ///< all of the turn is in `lines`
  bool closing = false;              ///< and it is the last one
  bool keys_only = false;            ///< the carrier does not understand the caller
  unsigned page = 0;                 ///< the last one given
  unsigned failures = 0;             ///< in a row
  std::optional<unsigned> part_seen; ///< of partial results
  steady_time last_webhook;
  std::optional<steady_time> wake_at;
};

} // namespace trunkline
