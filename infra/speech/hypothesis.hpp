#pragma once

#include <cstddef>
#include <string>

namespace trunkline {

/// What one decoder made of an utterance, and how well it fits.
struct hypothesis {
  std::string text;
  float confidence = 0; ///< posterior of the words, 0 to 1
  float acoustic = 0;   ///< mean log likelihood of a 10 ms frame; comparable on the same audio only
  float language = 0;   ///< mean log probability of a word given those before it
  size_t frames = 0;    ///< of 10 ms
};

/// How much the words can be trusted to be what was said: unrelated speech gets words that neither
/// follow from each other nor stand out against their rivals. Below 0 for most of it, above for
/// most of what callers of a receptionist say.
float trust(const hypothesis& heard);

/// Which of two ears fits a voice better, learnt over a call: the one whose frames are likelier. A
/// value; one thread.
class ear_choice {
public:
  /// Counts one utterance, heard by both. True: the second ear is to be believed.
  bool second_leads(const hypothesis& first, const hypothesis& second);
  /// By what was heard so far.
  bool second() const { return lead_ > 0; }

private:
  float lead_ = 0; ///< of the second, in log likelihood times seconds
};

} // namespace trunkline
