#pragma once

#include "schema/records.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace trunkline {

/// What operators see of a call, live or ended.
struct call_view {
  call_record record;
  std::vector<turn_record> turns;
  struct child {
    std::string role;
    uint64_t actor_id = 0;
  };
  std::vector<child> children; ///< live only
  bool live = false;
  std::string summary{};    ///< ended only; empty: none
  std::string extraction{}; ///< ended only, JSON; empty: nobody was asked
};

/// What a model made of the call, or why there is nothing, as JSON; empty: nobody was asked.
std::string extraction_of(const std::vector<tool_run_record>& runs);

/// ISO 8601, UTC, milliseconds: "2026-11-24T14:30:00.000Z".
std::string iso_time(timestamp when);

/// A call without its turns, and one turn with its latency parts and tools.
nlohmann::json call_value(const call_record& call);
nlohmann::json turn_value(const turn_record& turn);
nlohmann::json appointment_value(const appointment_record& row);
/// Without its key.
nlohmann::json recording_value(const recording_record& row);
nlohmann::json message_value(const caller_message_record& row);
nlohmann::json user_value(const user_record& row);
nlohmann::json note_value(const call_note_record& row);

/// The JSON of GET /api/v1/calls/{call_sid}. Times are ISO 8601 UTC.
std::string call_json(const call_view& view);
/// One element of GET /api/v1/calls.
std::string call_list_json(const std::vector<call_record>& ended,
                           const std::vector<call_record>& live);
std::string incidents_json(const std::vector<incident_record>& rows);
std::string appointments_json(const std::vector<appointment_record>& rows);
std::string messages_json(const std::vector<caller_message_record>& rows);
/// Detail of the audit entry when a call ends: outcome and reason, no text.
std::string call_ended_json(const call_record& record);

} // namespace trunkline
