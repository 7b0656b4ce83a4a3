#pragma once

#include "bench/carrier/caller_script.hpp"
#include "bench/carrier/virtual_ear.hpp"

#include <map>
#include <optional>
#include <regex>
#include <string>

namespace trunkline {

struct caller_habits {
  std::chrono::milliseconds silence{700};     ///< of the agent before the caller speaks
  std::chrono::milliseconds hang_up{10'000};  ///< of silence when there is nothing left to say
  std::chrono::milliseconds patience{20'000}; ///< without hearing anything at all
  /// Of silence after which the next line is said although no answer was heard; 0: never.
  std::chrono::milliseconds speak_anyway{0};
  bool starts_over = false; ///< when all lines were said
};

/// The person on the phone: decides from what is heard and known when to say which line. Pure;
/// asked again and again with the time.
///
///   our turn: something was heard since our last line, and then nothing for `silence` + the line's
///   pause -> the first line whose `when` matches what was said since, else the next without
///   `when`. A line with barge_in goes off that long after the agent began. Unknown words (no admin
///   API): lines simply follow in order.
class scripted_caller {
public:
  struct action {
    std::string text;
    mulaw_audio audio; ///< null: none
    std::string dtmf;
    bool hang_up = false;
    std::string why_hang_up;
  };

  scripted_caller(spoken_script script, caller_habits habits);

  /// From now on `when` is looked at; `agent_said` will be told.
  void will_know_words() { knows_words_ = true; }
  /// The agent's turn with this index, as far as known; later calls replace it.
  void agent_said(int index, const std::string& text) { said_[index] = text; }
  /// All that was said up to `until` has been told.
  void words_known_until(media_time until) { known_until_ = until; }

  /// Not to be asked while the caller is speaking.
  std::optional<action> decide(media_time now, const virtual_ear& ear);
  /// The line has been spoken; from here the caller listens.
  void line_ended(media_time at) { listening_from_ = at; }
  /// Something to be recorded after the tone: the next line, or a default.
  action message();

private:
  struct candidate {
    size_t line = 0;
    size_t use = 0;
  };

  std::optional<candidate> pick(bool barge_in_only) const;
  std::optional<candidate> next_in_order() const;
  bool matches(size_t line) const;
  bool anything_left() const;
  action take(candidate which);
  bool asked_to_repeat() const;
  action repeat();

  const spoken_script script_;
  const caller_habits habits_;
  std::vector<std::regex> when_; // by line
  std::vector<size_t> used_;     // by line
  std::map<int, std::string> said_;
  std::optional<action> last_;
  unsigned repeats_left_ = 4;
  int consumed_ = -1; // highest agent turn known when our last line began
  bool knows_words_ = false;
  media_time known_until_{-1}, listening_from_{};
};

} // namespace trunkline
