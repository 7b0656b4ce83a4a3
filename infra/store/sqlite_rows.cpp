#include "infra/store/sqlite_rows.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace trunkline::rows {

namespace {

using nlohmann::json;

timestamp at(int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
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

int small(const sqlite::statement& row, int column) {
  return static_cast<int>(row.number(column));
}

} // namespace

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_final_status(std::string_view status) {
  static constexpr std::array<std::string_view, 5> finals = {"completed", "busy", "failed",
                                                             "no-answer", "canceled"};
  return std::find(finals.begin(), finals.end(), status) != finals.end();
}

std::string select_call(const char* rest) {
  return std::string{"SELECT call_sid, tenant_id, assistant_id, assistant_version, channel,"
                     " direction, caller_number, called_number, caller_name, started_at, ended_at,"
                     " outcome, end_reason, resumes, ai_response_count, user_input_count,"
                     " knowledge_queries, error_count, next_step, carrier_status,"
                     " carrier_sequence, services FROM calls "} +
         rest;
}

std::string select_appointment(const char* rest) {
  return std::string{"SELECT id, tenant_id, call_sid, resource, service_id, caller_number,"
                     " caller_name, starts_at, ends_at, status, created_at FROM appointments "} +
         rest;
}

sqlite::statement& bind(sqlite::statement& to, const call_record& call) {
  return to.bind(call.call_sid)
      .bind(call.tenant_id)
      .bind(call.assistant_id)
      .bind(call.assistant_version)
      .bind(call.channel)
      .bind(call.direction)
      .bind(call.caller_number)
      .bind(call.called_number)
      .bind(call.caller_name)
      .bind(ms(call.started_at))
      .bind(call.ended_at ? std::optional{ms(*call.ended_at)} : std::nullopt)
      .bind(call.outcome)
      .bind(call.end_reason)
      .bind(int64_t{call.resumes})
      .bind(int64_t{call.ai_response_count})
      .bind(int64_t{call.user_input_count})
      .bind(int64_t{call.knowledge_queries})
      .bind(int64_t{call.error_count})
      .bind(call.next_step)
      .bind(call.services_json);
}

call_record read_call(const sqlite::statement& row) {
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
  call.carrier_status = row.text(19);
  call.carrier_sequence = small(row, 20);
  call.services_json = row.text(21);
  return call;
}

sqlite::statement& bind(sqlite::statement& to, const incident_record& incident) {
  return to.bind(incident.id)
      .bind(incident.service)
      .bind(ms(incident.opened_at))
      .bind(incident.closed_at ? std::optional{ms(*incident.closed_at)} : std::nullopt)
      .bind(incident.reason);
}

incident_record read_incident(const sqlite::statement& row) {
  incident_record incident{row.text(0), row.text(1), at(row.number(2)), std::nullopt, row.text(4)};
  if (!row.null(3))
    incident.closed_at = at(row.number(3));
  return incident;
}

sqlite::statement& bind(sqlite::statement& to, const turn_record& turn) {
  return to.bind(turn.call_sid)
      .bind(int64_t{turn.index})
      .bind(turn.role)
      .bind(turn.text)
      .bind(turn.heard)
      .bind(ms(turn.started_at))
      .bind(int64_t{turn.response_time_ms})
      .bind(int64_t{turn.audio_duration_ms})
      .bind(turn.action)
      .bind(turn.rung)
      .bind(turn.rung_reason)
      .bind(int64_t{turn.knowledge_used})
      .bind(latency_json(turn.latency))
      .bind(turn.tools_json)
      .bind(turn.services_json)
      .bind(int64_t{turn.speculated_ms})
      .bind(int64_t{turn.speculations_wasted});
}

turn_record read_turn(const sqlite::statement& row) {
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
  return turn;
}

sqlite::statement& bind(sqlite::statement& to, const caller_message_record& message) {
  return to.bind(message.id)
      .bind(message.tenant_id)
      .bind(message.call_sid)
      .bind(message.caller_number)
      .bind(message.caller_name)
      .bind(message.for_whom)
      .bind(message.text)
      .bind(message.recording_url)
      .bind(int64_t{message.recording_seconds})
      .bind(ms(message.created_at));
}

caller_message_record read_message(const sqlite::statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3),   row.text(4),
          row.text(5), row.text(6), row.text(7), small(row, 8), at(row.number(9))};
}

sqlite::statement& bind(sqlite::statement& to, const appointment_record& appointment) {
  return to.bind(appointment.id)
      .bind(appointment.tenant_id)
      .bind(appointment.call_sid)
      .bind(appointment.resource)
      .bind(appointment.service_id)
      .bind(appointment.caller_number)
      .bind(appointment.caller_name)
      .bind(ms(appointment.starts_at))
      .bind(ms(appointment.ends_at))
      .bind(appointment.status)
      .bind(ms(appointment.created_at));
}

appointment_record read_appointment(const sqlite::statement& row) {
  return {row.text(0),       row.text(1), row.text(2),       row.text(3),
          row.text(4),       row.text(5), row.text(6),       at(row.number(7)),
          at(row.number(8)), row.text(9), at(row.number(10))};
}

} // namespace trunkline::rows
