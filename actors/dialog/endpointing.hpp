#pragma once

#include "schema/assistant.hpp"

#include <string_view>

namespace trunkline {

/// How long to wait, from the end of the caller's voice, before the turn is taken to be over.
/// Adapts to what was measured on this call. Pure; times in milliseconds.
class endpointing {
public:
  explicit endpointing(const turn_settings& settings) : settings_(settings) {}

  /// From the end of speech to the recogniser's final, each time one came.
  void observe_final_delay(milliseconds delay);
  /// A pause after which the caller went on in the same turn.
  void observe_pause(milliseconds pause);

  /// `dictating`: a number, e-mail, name or date is expected. `text`: what was understood so far;
  /// a sentence that plainly goes on ("and", "at the") waits longer.
  milliseconds delay(bool dictating, std::string_view text) const;

private:
  turn_settings settings_;
  double final_delay_ms_ = 0; ///< smoothed
  double pause_ms_ = 0;       ///< smoothed, decays when turns end without a pause
};

/// The words say that more is coming: "i would like to", "and", "um".
bool looks_unfinished(std::string_view text);

/// The agent's last question asks for something that is dictated slowly.
bool expects_dictation(std::string_view agent_text);

} // namespace trunkline
