#pragma once

#include "schema/assistant.hpp"

#include <string_view>

namespace trunkline {

/// What the caller's words mean while the agent has the floor.
enum class interjection {
  none,        ///< no words
  acknowledge, ///< "uh-huh", "okay": listening, not interrupting
  interrupt,   ///< enough words to take the floor
  stop         ///< "stop", "wait", "no": at once, however few
};

/// Pure. `text` is a transcript, interim or final. Fewer words than `barge_in_words` outside the
/// acknowledgement list do not interrupt yet unless the transcript is final.
interjection classify_interjection(std::string_view text, bool is_final,
                                   const turn_settings& settings);

} // namespace trunkline
