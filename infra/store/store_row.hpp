#pragma once

#include "infra/store/repository.hpp"

#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace trunkline {

/// The carrier's word on a call; see repository::put_carrier_status.
struct carrier_status_row {
  std::string call_sid, status;
  int sequence = 0;
};
/// A recording of message taking: the message, and the call's outcome (an emergency stays one).
struct recording_row {
  caller_message_record message;
};
/// A call whose supervisor died: `call` as it was announced, when nothing later is stored.
struct rescue_row {
  call_record call;
  timestamp at{};
  std::string next_step;
};
/// The calls that an engine of this name left open are over; see repository::close_orphans.
struct orphans_row {
  std::string engine_id;
  timestamp at{};
};

// What such a row makes of its call, for stores that are not the database.

/// The highest sequence counts, and nothing after a final status. True when it counted.
bool take_carrier_status(call_record& call, const std::string& status, int sequence);
/// An emergency stays one.
void take_recording(call_record& call);
void take_rescue(call_record& call, const rescue_row& row);
/// Whether this state of a call is from before `other`; either may be asked for again later.
bool is_older(const call_record& call, const call_record& other);

/// Everything that is written without an answer. Each is idempotent: it may be written twice.
using store_row = std::variant<call_record, turn_record, audit_record, caller_message_record,
                               recording_row, carrier_status_row, rescue_row, tool_run_record,
                               incident_record, std::vector<system_metric_record>, orphans_row,
                               recording_record, call_note_record, forget_row>;

/// As they are counted and listed, in the order of store_row.
inline constexpr std::array<std::string_view, std::variant_size_v<store_row>> store_row_kinds{
    "call",     "turn",     "audit",   "message", "recording",      "carrier_status", "rescue",
    "tool_run", "incident", "metrics", "orphans", "call_recording", "call_note",      "forget"};

/// Writes it. A status of a call that is not there is well: there is nothing to keep it for.
result<void> apply(repository& to, const store_row& row);
inline std::string_view kind_of(const store_row& row) {
  return store_row_kinds[row.index()];
}
/// Empty: of no call.
std::string call_sid_of(const store_row& row);

} // namespace trunkline
