#pragma once

#include "schema/assistant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// When a reply may be started before the turn is surely over: on words that are all there is,
/// because the recogniser has heard the whole voice, or has not changed them for `stable_interim`
/// of silence, or takes the turn to be over itself. At most `speculations_max` a turn. Pure; times
/// on the call's clock.
class speculation {
public:
  explicit speculation(const turn_settings& settings) : settings_(settings) {}

  /// What the turn's words are now. `heard_to`: the recogniser's media time; 0: unknown,
  /// max: all is heard.
  void words(std::string text, milliseconds heard_to, bool turn_over, milliseconds now);
  void voice_began();
  /// `voice_end`: media time of the last voice; 0: unknown.
  void voice_ended(milliseconds voice_end);

  /// The words to answer ahead of time, if it is time for that.
  std::optional<std::string> due(milliseconds now) const;
  std::optional<milliseconds> next_deadline() const;
  /// It was started.
  void started() { ++count_; }
  /// The turn is over: another one may speculate anew.
  void forget_turn();

private:
  std::optional<milliseconds> due_at() const;

  turn_settings settings_;
  std::string text_;
  milliseconds heard_to_{0}, changed_at_{0}, voice_end_{0};
  bool voice_ = false, turn_over_ = false;
  unsigned count_ = 0;
};

/// Equal but for case, punctuation and spaces.
bool same_words(std::string_view a, std::string_view b);

} // namespace trunkline
