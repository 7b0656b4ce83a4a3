#pragma once

#include <cstddef>

namespace trunkline {

/// Every sentence a caller can hear that no model made. docs/languages.md tells how to add a
/// language, docs/operations.md when each is heard.
enum class phrase {
  working,
  one_moment,
  still_there,
  ask_again,
  cut_off,
  say_again,
  was_booked,
  how_can_i_help,
  cannot_answer,
  keypad_menu,
  keypad_message,
  voice_lost,
  decline,
  silent_goodbye,
  may_we_record, ///< default of `recording_question`
  is_recorded,
  not_recorded,
  emergency, ///< default of `emergency_line`
  leave_message,
  nobody_answered,
  message_saved,
  no_message_heard,
  all_lines_busy, ///< {business}
  not_in_service,
};

inline constexpr size_t phrase_count = static_cast<size_t>(phrase::not_in_service) + 1;

struct phrase_row {
  phrase id;
  const char* text;
};

} // namespace trunkline
