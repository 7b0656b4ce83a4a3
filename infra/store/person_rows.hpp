#pragma once

#include "schema/knowledge.hpp"
#include "schema/records.hpp"

#include <cstddef>
#include <vector>

namespace trunkline {

/// All that is kept of one caller of a tenant.
struct person_rows {
  std::vector<call_record> calls;
  std::vector<turn_record> turns;
  std::vector<tool_run_record> tool_runs;
  std::vector<caller_message_record> messages;
  std::vector<appointment_record> appointments;
  std::vector<unanswered_question> questions;
  std::vector<recording_record> recordings;
  std::vector<user_record> users;
  std::vector<call_note_record> notes;
  std::vector<audit_record> audit; ///< of those calls
};

/// What of it was removed, or, where statistics need the row, made anonymous.
struct erased_rows {
  size_t calls = 0, appointments = 0; ///< anonymous now
  size_t turns = 0, tool_runs = 0, messages = 0, questions = 0, recordings = 0, users = 0,
         notes = 0;

  erased_rows& operator+=(const erased_rows& more) {
    calls += more.calls;
    appointments += more.appointments;
    turns += more.turns;
    tool_runs += more.tool_runs;
    messages += more.messages;
    questions += more.questions;
    recordings += more.recordings;
    users += more.users;
    notes += more.notes;
    return *this;
  }
};

/// In the place of a number whose owner was erased.
inline constexpr const char* erased_number = "erased";

} // namespace trunkline
