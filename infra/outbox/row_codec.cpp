#include "infra/outbox/row_codec.hpp"

#include <boost/pfr/tuple_size.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace nlohmann {

template<>
struct adl_serializer<trunkline::timestamp> {
  static void to_json(json& to, const trunkline::timestamp& when) {
    to = when.time_since_epoch().count();
  }
  static void from_json(const json& from, trunkline::timestamp& when) {
    when = trunkline::timestamp{std::chrono::milliseconds{from.get<int64_t>()}};
  }
};

template<>
struct adl_serializer<std::optional<trunkline::timestamp>> {
  static void to_json(json& to, const std::optional<trunkline::timestamp>& when) {
    to = when ? json(*when) : json(nullptr);
  }
  static void from_json(const json& from, std::optional<trunkline::timestamp>& when) {
    when = from.is_null() ? std::nullopt : std::optional{from.get<trunkline::timestamp>()};
  }
};

} // namespace nlohmann

namespace trunkline {

namespace {

constexpr size_t count_of(std::string_view names) {
  return static_cast<size_t>(std::count(names.begin(), names.end(), ',')) + 1;
}

} // namespace

// By name, with defaults: a field that a later version adds does not make older rows unreadable.
// One that is not named here would be lost on the way, so all must be.
#define TL_ROW(Type, ...)                                                                          \
  NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Type, __VA_ARGS__)                               \
  static_assert(boost::pfr::tuple_size_v<Type> == count_of(#__VA_ARGS__));
TL_ROW(call_record, call_sid, tenant_id, assistant_id, assistant_version, channel, direction,
       caller_number, called_number, caller_name, started_at, ended_at, outcome, end_reason,
       carrier_status, carrier_sequence, resumes, ai_response_count, user_input_count,
       knowledge_queries, error_count, services_json, next_step, engine_id)
TL_ROW(latency_part, name, owner, ms)
TL_ROW(turn_record, call_sid, index, role, text, heard, started_at, response_time_ms,
       audio_duration_ms, action, rung, rung_reason, services_json, speculated_ms,
       speculations_wasted, knowledge_used, knowledge_json, latency, tools_json)
TL_ROW(audit_record, tenant_id, call_sid, actor, action, detail, at)
TL_ROW(caller_message_record, id, tenant_id, call_sid, caller_number, caller_name, for_whom, text,
       recording_url, recording_seconds, created_at)
TL_ROW(recording_row, message)
TL_ROW(recording_record, id, tenant_id, call_sid, caller_number, engine_id, started_at, ms, bytes,
       state, key)
TL_ROW(carrier_status_row, call_sid, status, sequence)
TL_ROW(rescue_row, call, at, next_step)
TL_ROW(tool_run_record, call_sid, id, name, arguments, result, at)
TL_ROW(incident_record, id, service, opened_at, closed_at, reason)
TL_ROW(system_metric_record, metric_type, metric_value, service_name, additional_data, at)
TL_ROW(orphans_row, engine_id, at)
TL_ROW(call_note_record, call_sid, tenant_id, caller_number, summary, at, remember, caller_name,
       preferences)
TL_ROW(forget_row, call_sid, tenant_id, caller_number, at)
#undef TL_ROW

namespace {

using nlohmann::json;

using decoder = store_row (*)(const json&);

template<class Row>
store_row decoded(const json& value) {
  return value.get<Row>();
}

// In the order of store_row; what a row is worth when there is no room for all. Metrics are of this
// minute only, and turns are what was said.
struct row_kind {
  journal_value value;
  decoder decode;
};
constexpr std::array<row_kind, std::variant_size_v<store_row>> kinds{{
    {journal_value::progress, decoded<call_record>},
    {journal_value::text, decoded<turn_record>},
    {journal_value::always, decoded<audit_record>},
    {journal_value::always, decoded<caller_message_record>},
    {journal_value::always, decoded<recording_row>},
    {journal_value::progress, decoded<carrier_status_row>},
    {journal_value::always, decoded<rescue_row>},
    {journal_value::always, decoded<tool_run_record>},
    {journal_value::progress, decoded<incident_record>},
    {journal_value::text, decoded<std::vector<system_metric_record>>},
    {journal_value::always, decoded<orphans_row>},
    {journal_value::always, decoded<recording_record>},
    {journal_value::text, decoded<call_note_record>},
    {journal_value::always, decoded<forget_row>},
}};

} // namespace

encoded_row encode(const store_row& row) {
  const auto which = row.index();
  auto text = std::visit(
      [](const auto& one) {
        return json(one).dump(-1, ' ', false, json::error_handler_t::replace);
      },
      row);
  return {kinds[which].value, static_cast<uint8_t>(which + 1), std::move(text)};
}

std::optional<store_row> decode(uint8_t type, std::string_view text) {
  if (type == 0 || type > kinds.size())
    return std::nullopt;
  const auto value = json::parse(text, nullptr, false);
  if (value.is_discarded())
    return std::nullopt;
  try {
    return kinds[type - 1u].decode(value);
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

uint8_t row_type(std::string_view kind) {
  const auto found = std::find(store_row_kinds.begin(), store_row_kinds.end(), kind);
  return found == store_row_kinds.end() ? uint8_t{0}
                                        : static_cast<uint8_t>(found - store_row_kinds.begin() + 1);
}

std::string journal_payload(std::string_view text, timestamp taken_at) {
  const int64_t ms = taken_at.time_since_epoch().count();
  std::string payload(sizeof ms, '\0');
  std::memcpy(payload.data(), &ms, sizeof ms);
  return payload.append(text);
}

journal_content content_of(std::string_view payload) {
  int64_t ms = 0;
  if (payload.size() < sizeof ms)
    return {};
  std::memcpy(&ms, payload.data(), sizeof ms);
  return {timestamp{std::chrono::milliseconds{ms}}, payload.substr(sizeof ms)};
}

} // namespace trunkline
