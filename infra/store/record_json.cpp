#include "infra/store/record_json.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <ctime>

namespace trunkline {

namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json object_or_empty(const std::string& text) {
  auto value = json::parse(text, nullptr, false);
  return value.is_object() ? value : json::object();
}

} // namespace

std::string iso_time(timestamp when) {
  const auto ms = when.time_since_epoch().count();
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string out{text.data(), length};
  auto fraction = std::to_string(ms % 1000);
  return out + "." + std::string(3 - fraction.size(), '0') + fraction + "Z";
}

json call_value(const call_record& call) {
  json value{{"call_sid", call.call_sid},
             {"tenant_id", call.tenant_id},
             {"assistant_id", call.assistant_id},
             {"assistant_version", call.assistant_version},
             {"channel", call.channel},
             {"direction", call.direction},
             {"caller_number", call.caller_number},
             {"called_number", call.called_number},
             {"caller_name", call.caller_name},
             {"started_at", iso_time(call.started_at)},
             {"outcome", call.outcome},
             {"end_reason", call.end_reason},
             {"carrier_status", call.carrier_status},
             {"resumes", call.resumes},
             {"ai_response_count", call.ai_response_count},
             {"user_input_count", call.user_input_count},
             {"knowledge_queries", call.knowledge_queries},
             {"error_count", call.error_count},
             {"services", object_or_empty(call.services_json)}};
  value["ended_at"] = call.ended_at ? json(iso_time(*call.ended_at)) : json(nullptr);
  return value;
}

json turn_value(const turn_record& turn) {
  auto latency = json::array();
  for (const auto& part : turn.latency)
    latency.push_back({{"name", part.name}, {"owner", part.owner}, {"ms", part.ms}});
  auto tools = json::parse(turn.tools_json, nullptr, false);
  auto passages = json::parse(turn.knowledge_json, nullptr, false);
  return {{"index", turn.index},
          {"role", turn.role},
          {"text", turn.text},
          {"heard", turn.heard},
          {"started_at", iso_time(turn.started_at)},
          {"response_time_ms", turn.response_time_ms},
          {"audio_duration_ms", turn.audio_duration_ms},
          {"action", turn.action},
          {"rung", turn.rung},
          {"rung_reason", turn.rung_reason},
          {"services", object_or_empty(turn.services_json)},
          {"speculated_ms", turn.speculated_ms},
          {"speculations_wasted", turn.speculations_wasted},
          {"knowledge_used", turn.knowledge_used},
          {"knowledge", passages.is_array() ? std::move(passages) : json::array()},
          {"latency", std::move(latency)},
          {"tools", tools.is_array() ? std::move(tools) : json::array()}};
}

std::string extraction_of(const std::vector<tool_run_record>& runs) {
  for (const auto& run : runs)
    if (run.name == "extract_data")
      if (const auto value = parse_json(run.result, "extraction"))
        return dump(*value);
  return {};
}

std::string call_json(const call_view& view) {
  auto value = call_value(view.record);
  value["state"] = view.live ? "live" : "ended";
  value["turns"] = json::array();
  for (const auto& turn : view.turns)
    value["turns"].push_back(turn_value(turn));
  value["children"] = json::array();
  for (const auto& one : view.children)
    value["children"].push_back({{"role", one.role}, {"actor_id", one.actor_id}});
  if (!view.live)
    value["summary"] = view.summary;
  if (auto data = parse_json(view.extraction, "extraction"))
    value["extraction"] = std::move(*data);
  return dump(value);
}

std::string call_list_json(const std::vector<call_record>& ended,
                           const std::vector<call_record>& live) {
  auto list = json::array();
  for (const auto& call : live) {
    list.push_back(call_value(call));
    list.back()["state"] = "live";
  }
  for (const auto& call : ended) {
    bool shown = false;
    for (const auto& one : live)
      shown = shown || one.call_sid == call.call_sid;
    if (shown)
      continue;
    list.push_back(call_value(call));
    list.back()["state"] = "ended";
  }
  return dump({{"calls", std::move(list)}});
}

std::string incidents_json(const std::vector<incident_record>& rows) {
  auto list = json::array();
  for (const auto& one : rows) {
    list.push_back({{"id", one.id},
                    {"service", one.service},
                    {"opened_at", iso_time(one.opened_at)},
                    {"reason", one.reason}});
    list.back()["closed_at"] = one.closed_at ? json(iso_time(*one.closed_at)) : json(nullptr);
  }
  return dump({{"incidents", std::move(list)}});
}

json appointment_value(const appointment_record& row) {
  return {{"id", row.id},
          {"tenant_id", row.tenant_id},
          {"call_sid", row.call_sid},
          {"resource", row.resource},
          {"service_id", row.service_id},
          {"caller_number", row.caller_number},
          {"caller_name", row.caller_name},
          {"starts_at", iso_time(row.starts_at)},
          {"ends_at", iso_time(row.ends_at)},
          {"status", row.status},
          {"created_at", iso_time(row.created_at)}};
}

std::string appointments_json(const std::vector<appointment_record>& rows) {
  auto list = json::array();
  for (const auto& one : rows)
    list.push_back(appointment_value(one));
  return dump({{"appointments", std::move(list)}});
}

json recording_value(const recording_record& row) {
  return {{"id", row.id},
          {"call_sid", row.call_sid},
          {"engine_id", row.engine_id},
          {"started_at", iso_time(row.started_at)},
          {"milliseconds", row.ms},
          {"bytes", row.bytes},
          {"state", row.state}};
}

json message_value(const caller_message_record& row) {
  return {{"id", row.id},
          {"tenant_id", row.tenant_id},
          {"call_sid", row.call_sid},
          {"caller_number", row.caller_number},
          {"caller_name", row.caller_name},
          {"for_whom", row.for_whom},
          {"text", row.text},
          {"recording_url", row.recording_url},
          {"recording_seconds", row.recording_seconds},
          {"created_at", iso_time(row.created_at)}};
}

json user_value(const user_record& row) {
  return {{"tenant_id", row.tenant_id},
          {"caller_number", row.caller_number},
          {"caller_name", row.caller_name},
          {"preferences", object_or_empty(row.preferences)},
          {"calls", row.calls},
          {"remember", row.remember},
          {"first_seen", iso_time(row.first_seen)},
          {"last_seen", iso_time(row.last_seen)}};
}

json note_value(const call_note_record& row) {
  return {{"call_sid", row.call_sid}, {"summary", row.summary}, {"at", iso_time(row.at)}};
}

std::string messages_json(const std::vector<caller_message_record>& rows) {
  auto list = json::array();
  for (const auto& one : rows)
    list.push_back(message_value(one));
  return dump({{"messages", std::move(list)}});
}

std::string call_ended_json(const call_record& record) {
  return dump({{"outcome", record.outcome}, {"end_reason", record.end_reason}});
}

} // namespace trunkline
