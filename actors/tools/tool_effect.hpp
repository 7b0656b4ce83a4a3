#pragma once

#include <string>

namespace trunkline {

enum class tool_effect_kind {
  none,
  booked,
  rescheduled,
  cancelled,
  message_taken,
  transfer,  ///< to staff_id
  language,  ///< the call goes on in `language`
  forgotten, ///< nothing is remembered of the caller any more
  end_call
};

/// What the call's supervisor has to carry out or to record as the outcome.
struct tool_effect {
  tool_effect_kind kind = tool_effect_kind::none;
  std::string staff_id;   ///< transfer: a configured staff id, or "emergency"
  std::string record_id;  ///< of the row written
  std::string language{}; ///< a configured tag
};

} // namespace trunkline
