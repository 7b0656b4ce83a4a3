#pragma once

#include <string>

namespace trunkline {

/// What a tool's success means for the call; the supervisor carries it out.
struct tool_effect {
  enum class kind { none, booked, rescheduled, cancelled, message_taken, transfer, end_call };
  kind what = kind::none;
  std::string staff_id; ///< transfer
};

} // namespace trunkline
