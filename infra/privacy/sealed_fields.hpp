#pragma once

#include "infra/privacy/sealed_knowledge.hpp"
#include "schema/records.hpp"

#include <string>
#include <utility>
#include <vector>

namespace trunkline {

/// What is sealed of a row, each with the name of its place: "table.column:key of the row". Beside
/// these, `caller_number` of a row that has one becomes the person's id.
using sealed_fields = std::vector<std::pair<std::string*, std::string>>;

inline sealed_fields fields_of(call_record& row) {
  return {{&row.caller_name, "calls.caller_name:" + row.call_sid},
          {&row.next_step, "calls.next_step:" + row.call_sid}};
}
inline sealed_fields fields_of(turn_record& row) {
  const auto key = row.call_sid + ":" + std::to_string(row.index);
  return {{&row.text, "turns.text:" + key},
          {&row.heard, "turns.heard:" + key},
          {&row.tools_json, "turns.tools:" + key}};
}
inline sealed_fields fields_of(caller_message_record& row) {
  return {{&row.caller_name, "caller_messages.caller_name:" + row.id},
          {&row.text, "caller_messages.text:" + row.id},
          {&row.recording_url, "caller_messages.recording_url:" + row.id}};
}
inline sealed_fields fields_of(recording_record& row) {
  return {{&row.key, "recordings.sealed_key:" + row.id}};
}
inline sealed_fields fields_of(appointment_record& row) {
  return {{&row.caller_name, "appointments.caller_name:" + row.id}};
}
inline sealed_fields fields_of(tool_run_record& row) {
  const auto key = row.call_sid + ":" + row.id;
  return {{&row.arguments, "tool_runs.arguments:" + key}, {&row.result, "tool_runs.result:" + key}};
}
/// With the person's id in caller_number.
inline sealed_fields fields_of(user_record& row) {
  const auto key = row.tenant_id + ":" + row.caller_number;
  return {{&row.caller_name, "users.caller_name:" + key},
          {&row.preferences, "users.preferences:" + key}};
}
inline sealed_fields fields_of(call_note_record& row) {
  return {{&row.summary, "call_notes.summary:" + row.call_sid}};
}
inline sealed_fields fields_of(unanswered_question& row) {
  return {{&row.question, std::string{sealed_knowledge::question_place}}};
}
inline sealed_fields fields_of(dead_letter_record& row) {
  return {{&row.payload, "outbox_dead.payload:" + row.id}};
}

} // namespace trunkline
