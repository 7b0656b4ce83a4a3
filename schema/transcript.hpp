#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace trunkline {

/// What a recogniser understood.
struct transcript {
  std::string text;       ///< lower case words for embedded, as punctuated by remote ones
  bool is_final = false;  ///< final: closes the utterance; interim: may still change
  bool rejected = false;  ///< speech was heard but not understood with confidence: ask to repeat
  bool turn_over = false; ///< the service takes the turn to be over; an interim may be taken back
  float confidence = 1;
  uint64_t utterance = 0; ///< the last speech_started() it covers, counted from 1; 0: the oldest
  std::chrono::milliseconds audio_end{0}; ///< media clock: end of the audio it covers
  std::vector<std::string> alternatives;  ///< other hypotheses; scanned for emergency words only
};

} // namespace trunkline
