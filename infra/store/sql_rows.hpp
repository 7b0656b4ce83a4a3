#pragma once

#include "infra/store/sql_session.hpp"
#include "schema/assistant.hpp"
#include "schema/records.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Records to and from the columns of schema/sql. The values of a record are in the order of its
/// table's columns, and point into the record.
namespace trunkline::rows {

inline int64_t ms(timestamp when) {
  return when.time_since_epoch().count();
}
int64_t now_ms();

/// A table as statements name it: every column once, so that what is written, read and bound
/// cannot drift apart.
struct table {
  std::string_view name;
  std::vector<std::string_view> columns;
  std::vector<std::string_view> key;

  std::string insert() const;
  /// Inserts, or replaces every column that is not of the key.
  std::string upsert() const;
  /// Inserts, unless any rule of the table refuses: then nothing is changed.
  std::string insert_or_nothing() const;
  /// "SELECT columns, `more` FROM name `rest`"
  std::string select(std::string_view rest, std::string_view more = {}) const;
};

extern const table calls, turns, messages, recordings, appointments, incidents, tool_runs,
    dead_letters, assistants, numbers, users, notes;

sql_values values(const call_record& call);
sql_values values(const turn_record& turn);
sql_values values(const caller_message_record& message);
sql_values values(const recording_record& recording);
sql_values values(const appointment_record& appointment);
sql_values values(const incident_record& incident);
sql_values values(const tool_run_record& run);
sql_values values(const dead_letter_record& dead);
sql_values values(const user_record& user);
sql_values values(const call_note_record& note);

/// Of calls.select(..., call_extras): the columns put_call never writes come last.
constexpr std::string_view call_extras = "carrier_status, carrier_sequence";
call_record read_call(const sql_row& row);
turn_record read_turn(const sql_row& row);
caller_message_record read_message(const sql_row& row);
recording_record read_recording(const sql_row& row);
appointment_record read_appointment(const sql_row& row);
incident_record read_incident(const sql_row& row);
tool_run_record read_tool_run(const sql_row& row);
dead_letter_record read_dead_letter(const sql_row& row);
user_record read_user(const sql_row& row);
call_note_record read_note(const sql_row& row);

} // namespace trunkline::rows
