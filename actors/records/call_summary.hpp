#pragma once

#include "schema/assistant.hpp"
#include "schema/records.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// What a call leaves behind: a line for whoever looks at it or answers the next call, and what it
/// tells of its caller. Empty texts: nothing new.
struct call_summary {
  std::string line;        ///< "2026-11-24: booked a cleaning for Tuesday 24 November 14:30"
  std::string caller_name; ///< as a tool that succeeded was given it, so it was agreed to
  std::string preferences; ///< JSON object of texts: service, part_of_day
};

inline constexpr size_t summary_characters_max = 240;

/// From the call's records alone: the outcome, and what tools did. Pure but for the time zone
/// database; whatever the rows hold is survived.
call_summary summarise(const call_record& call, const std::vector<turn_record>& turns,
                       const assistant& who);

} // namespace trunkline
