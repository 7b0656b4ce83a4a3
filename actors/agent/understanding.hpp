#pragma once

#include "actors/tools/faq_match.hpp"
#include "protocol/text/spoken_time.hpp"
#include "protocol/text/words.hpp"
#include "schema/assistant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// What a caller may want of a receptionist.
enum class intent {
  none,
  book,
  availability,
  reschedule,
  cancel,
  faq,
  message,
  transfer,
  medical,
  repeat,
  goodbye,
  thanks,
  hold,
  greeting,
  who_are_you,
  never_mind,
  forget_me ///< what is remembered of the caller
};

/// What the agent asked for last, as far as it changes how words are read.
struct listening {
  when_expected when = when_expected::nothing;
  bool name = false;      ///< whatever is left of the words is one
  bool name_said = false; ///< "it's anna" introduces one
  bool dates = true;      ///< false while a message or a phone number is taken down
};

/// One caller line, understood as well as words allow. Indices point into the assistant.
struct understood {
  std::string text; ///< as recognised
  word_list words;
  intent wants = intent::none;
  double strength = 0; ///< of `wants`: above 3 it is said outright
  bool yes = false;
  bool no = false;
  bool correction = false; ///< "no, ...", "actually", "i said", "instead"
  bool question = false;   ///< worded as a question
  std::optional<size_t> service;
  std::optional<size_t> staff;
  std::optional<size_t> faq;
  double faq_score = 0;
  spoken_when when;
  std::string name;          ///< as it was introduced or, when one was asked for, what is left
  std::optional<int> choice; ///< 0 = the first of what was offered, -1 the last
  bool earlier = false, later = false; ///< than what was offered

  bool has_slot() const { return service || !when.empty() || !name.empty(); }
};

/// Reads one line: phrases scored, names of services and staff compared with small errors forgiven,
/// dates and times relative to `now`. Pure, never throws for any text.
understood understand(std::string_view text, const assistant& who, const faq_index& faq,
                      local_minute now, const listening& expected);

} // namespace trunkline
