#include "infra/store/sql_rows.hpp"
#include "infra/time/wall_clock.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline::rows {

namespace {

using nlohmann::json;

timestamp at(int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
}

sql_value ms_or_null(const std::optional<timestamp>& when) {
  return when ? sql_value{ms(*when)} : sql_value{};
}

std::string latency_json(const std::vector<latency_part>& parts) {
  auto list = json::array();
  for (const auto& part : parts)
    list.push_back({{"name", part.name}, {"owner", part.owner}, {"ms", part.ms}});
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<latency_part> latency_from(const std::string& text) {
  std::vector<latency_part> parts;
  const auto list = json::parse(text, nullptr, false);
  if (list.is_array())
    for (const auto& one : list)
      if (one.is_object())
        parts.push_back({one.value("name", ""), one.value("owner", ""), one.value("ms", 0)});
  return parts;
}

int small(const sql_row& row, int column) {
  return static_cast<int>(row.number(column));
}

std::string_view view(const std::string& text) {
  return text;
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string all;
  for (const auto name : names)
    (all += all.empty() ? "" : ", ") += name;
  return all;
}

} // namespace

const table calls{"calls",
                  {"call_sid",          "tenant_id",   "assistant_id",      "assistant_version",
                   "channel",           "direction",   "caller_number",     "called_number",
                   "caller_name",       "started_at",  "ended_at",          "outcome",
                   "end_reason",        "resumes",     "ai_response_count", "user_input_count",
                   "knowledge_queries", "error_count", "next_step",         "services",
                   "engine_id"},
                  {"call_sid"}};
const table turns{"turns",
                  {"call_sid", "turn_index", "role", "text", "heard", "started_at",
                   "response_time_ms", "audio_duration_ms", "action", "rung", "rung_reason",
                   "knowledge_used", "latency", "tools", "services", "speculated_ms",
                   "speculations_wasted", "knowledge"},
                  {"call_sid", "turn_index"}};
const table messages{"caller_messages",
                     {"id", "tenant_id", "call_sid", "caller_number", "caller_name", "for_whom",
                      "text", "recording_url", "recording_seconds", "created_at"},
                     {"id"}};
const table recordings{"recordings",
                       {"id", "tenant_id", "call_sid", "caller_number", "engine_id", "started_at",
                        "milliseconds", "bytes", "state", "sealed_key"},
                       {"id"}};
const table appointments{"appointments",
                         {"id", "tenant_id", "call_sid", "resource", "service_id", "caller_number",
                          "caller_name", "starts_at", "ends_at", "status", "created_at"},
                         {"id"}};
const table incidents{"incidents", {"id", "service", "opened_at", "closed_at", "reason"}, {"id"}};
const table tool_runs{"tool_runs",
                      {"call_sid", "tool_call_id", "name", "arguments", "result", "at"},
                      {"call_sid", "tool_call_id"}};
const table dead_letters{"outbox_dead", {"id", "kind", "payload", "error", "failed_at"}, {"id"}};
const table assistants{
    "assistants", {"id", "version", "tenant_id", "configuration", "created_at"}, {"id", "version"}};
const table numbers{"numbers", {"number", "tenant_id", "assistant_id"}, {"number"}};
const table users{"users",
                  {"tenant_id", "caller_number", "caller_name", "preferences", "calls", "remember",
                   "first_seen", "last_seen"},
                  {"tenant_id", "caller_number"}};
const table notes{
    "call_notes", {"call_sid", "tenant_id", "caller_number", "summary", "at"}, {"call_sid"}};

std::string table::insert() const {
  std::string marks;
  for (size_t i = 1; i <= columns.size(); ++i)
    (marks += marks.empty() ? "$" : ",$") += std::to_string(i);
  return "INSERT INTO " + std::string{name} + " (" + joined(columns) + ") VALUES (" + marks + ")";
}

std::string table::upsert() const {
  std::string changes;
  for (const auto column : columns)
    if (std::find(key.begin(), key.end(), column) == key.end())
      ((((changes += changes.empty() ? "" : ", ") += column) += " = excluded.") += column);
  return insert() + " ON CONFLICT (" + joined(key) + ") DO UPDATE SET " + changes;
}

std::string table::insert_or_nothing() const {
  return insert() + " ON CONFLICT DO NOTHING";
}

std::string table::select(std::string_view rest, std::string_view more) const {
  auto list = joined(columns);
  if (!more.empty())
    (list += ", ") += more;
  return "SELECT " + list + " FROM " + std::string{name} + " " + std::string{rest};
}

int64_t now_ms() {
  return ms(wall_now());
}

sql_values values(const call_record& call) {
  return {view(call.call_sid),
          view(call.tenant_id),
          view(call.assistant_id),
          view(call.assistant_version),
          view(call.channel),
          view(call.direction),
          view(call.caller_number),
          view(call.called_number),
          view(call.caller_name),
          ms(call.started_at),
          ms_or_null(call.ended_at),
          view(call.outcome),
          view(call.end_reason),
          int64_t{call.resumes},
          int64_t{call.ai_response_count},
          int64_t{call.user_input_count},
          int64_t{call.knowledge_queries},
          int64_t{call.error_count},
          view(call.next_step),
          view(call.services_json),
          view(call.engine_id)};
}

call_record read_call(const sql_row& row) {
  call_record call;
  call.call_sid = row.text(0);
  call.tenant_id = row.text(1);
  call.assistant_id = row.text(2);
  call.assistant_version = row.text(3);
  call.channel = row.text(4);
  call.direction = row.text(5);
  call.caller_number = row.text(6);
  call.called_number = row.text(7);
  call.caller_name = row.text(8);
  call.started_at = at(row.number(9));
  if (!row.null(10))
    call.ended_at = at(row.number(10));
  call.outcome = row.text(11);
  call.end_reason = row.text(12);
  call.resumes = small(row, 13);
  call.ai_response_count = small(row, 14);
  call.user_input_count = small(row, 15);
  call.knowledge_queries = small(row, 16);
  call.error_count = small(row, 17);
  call.next_step = row.text(18);
  call.services_json = row.text(19);
  call.engine_id = row.text(20);
  call.carrier_status = row.text(21);
  call.carrier_sequence = small(row, 22);
  return call;
}

sql_values values(const turn_record& turn) {
  return {view(turn.call_sid),
          int64_t{turn.index},
          view(turn.role),
          view(turn.text),
          view(turn.heard),
          ms(turn.started_at),
          int64_t{turn.response_time_ms},
          int64_t{turn.audio_duration_ms},
          view(turn.action),
          view(turn.rung),
          view(turn.rung_reason),
          int64_t{turn.knowledge_used},
          latency_json(turn.latency),
          view(turn.tools_json),
          view(turn.services_json),
          int64_t{turn.speculated_ms},
          int64_t{turn.speculations_wasted},
          view(turn.knowledge_json)};
}

turn_record read_turn(const sql_row& row) {
  turn_record turn;
  turn.call_sid = row.text(0);
  turn.index = small(row, 1);
  turn.role = row.text(2);
  turn.text = row.text(3);
  turn.heard = row.text(4);
  turn.started_at = at(row.number(5));
  turn.response_time_ms = small(row, 6);
  turn.audio_duration_ms = small(row, 7);
  turn.action = row.text(8);
  turn.rung = row.text(9);
  turn.rung_reason = row.text(10);
  turn.knowledge_used = row.number(11) != 0;
  turn.latency = latency_from(row.text(12));
  turn.tools_json = row.text(13);
  turn.services_json = row.text(14);
  turn.speculated_ms = small(row, 15);
  turn.speculations_wasted = small(row, 16);
  turn.knowledge_json = row.text(17);
  return turn;
}

sql_values values(const caller_message_record& message) {
  return {view(message.id),
          view(message.tenant_id),
          view(message.call_sid),
          view(message.caller_number),
          view(message.caller_name),
          view(message.for_whom),
          view(message.text),
          view(message.recording_url),
          int64_t{message.recording_seconds},
          ms(message.created_at)};
}

caller_message_record read_message(const sql_row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3),   row.text(4),
          row.text(5), row.text(6), row.text(7), small(row, 8), at(row.number(9))};
}

sql_values values(const recording_record& recording) {
  return {view(recording.id),
          view(recording.tenant_id),
          view(recording.call_sid),
          view(recording.caller_number),
          view(recording.engine_id),
          ms(recording.started_at),
          recording.ms,
          recording.bytes,
          view(recording.state),
          view(recording.key)};
}

recording_record read_recording(const sql_row& row) {
  return {row.text(0),       row.text(1),   row.text(2),   row.text(3), row.text(4),
          at(row.number(5)), row.number(6), row.number(7), row.text(8), row.text(9)};
}

sql_values values(const appointment_record& appointment) {
  return {
      view(appointment.id),          view(appointment.tenant_id),  view(appointment.call_sid),
      view(appointment.resource),    view(appointment.service_id), view(appointment.caller_number),
      view(appointment.caller_name), ms(appointment.starts_at),    ms(appointment.ends_at),
      view(appointment.status),      ms(appointment.created_at)};
}

appointment_record read_appointment(const sql_row& row) {
  return {row.text(0),       row.text(1), row.text(2),       row.text(3),
          row.text(4),       row.text(5), row.text(6),       at(row.number(7)),
          at(row.number(8)), row.text(9), at(row.number(10))};
}

sql_values values(const incident_record& incident) {
  return {view(incident.id), view(incident.service), ms(incident.opened_at),
          ms_or_null(incident.closed_at), view(incident.reason)};
}

sql_values values(const tool_run_record& run) {
  return {view(run.call_sid),  view(run.id),     view(run.name),
          view(run.arguments), view(run.result), ms(run.at)};
}

tool_run_record read_tool_run(const sql_row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), at(row.number(5))};
}

sql_values values(const dead_letter_record& dead) {
  return {view(dead.id), view(dead.kind), view(dead.payload), view(dead.error), ms(dead.failed_at)};
}

dead_letter_record read_dead_letter(const sql_row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), at(row.number(4))};
}

sql_values values(const user_record& user) {
  return {view(user.tenant_id),   view(user.caller_number), view(user.caller_name),
          view(user.preferences), int64_t{user.calls},      int64_t{user.remember},
          ms(user.first_seen),    ms(user.last_seen)};
}

user_record read_user(const sql_row& row) {
  return {row.text(0),   row.text(1),        row.text(2),       row.text(3),
          small(row, 4), row.number(5) != 0, at(row.number(6)), at(row.number(7))};
}

sql_values values(const call_note_record& note) {
  return {view(note.call_sid), view(note.tenant_id), view(note.caller_number), view(note.summary),
          ms(note.at)};
}

call_note_record read_note(const sql_row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), at(row.number(4)), false, {}, {}};
}

incident_record read_incident(const sql_row& row) {
  incident_record incident{row.text(0), row.text(1), at(row.number(2)), std::nullopt, row.text(4)};
  if (!row.null(3))
    incident.closed_at = at(row.number(3));
  return incident;
}

} // namespace trunkline::rows
