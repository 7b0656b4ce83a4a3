#include "tests/support/memory_repository.hpp"

#include "infra/store/store_row.hpp"

#include <algorithm>
#include <iterator>

namespace trunkline {

namespace {

template<class Record, class Less>
std::vector<Record> newest(std::vector<Record> all, size_t limit, Less less) {
  std::stable_sort(all.begin(), all.end(),
                   [&](const Record& a, const Record& b) { return less(b, a); });
  if (all.size() > limit)
    all.resize(limit);
  return all;
}

} // namespace

#define TRUNKLINE_READS                                                                            \
  if (broken)                                                                                      \
  return *broken
#define TRUNKLINE_WRITES                                                                           \
  TRUNKLINE_READS;                                                                                 \
  if (read_only)                                                                                   \
  return *read_only

result<void> memory_repository::together(const std::function<result<void>()>& work) {
  TRUNKLINE_WRITES;
  auto before = *this;
  auto done = work();
  if (!done)
    *this = std::move(before);
  return done;
}

result<void> memory_repository::put_call(const call_record& call) {
  TRUNKLINE_WRITES;
  auto [row, inserted] = calls.try_emplace(call.call_sid, call);
  if (inserted)
    return {};
  auto status = row->second.carrier_status;
  const auto sequence = row->second.carrier_sequence;
  row->second = call;
  row->second.carrier_status = std::move(status);
  row->second.carrier_sequence = sequence;
  return {};
}

result<std::optional<call_record>> memory_repository::find_call(const std::string& call_sid) {
  TRUNKLINE_READS;
  const auto row = calls.find(call_sid);
  return row == calls.end() ? std::optional<call_record>{} : std::optional{row->second};
}

result<std::vector<call_record>> memory_repository::list_calls(size_t limit) {
  TRUNKLINE_READS;
  std::vector<call_record> all;
  for (const auto& [_, call] : calls)
    all.push_back(call);
  return newest(std::move(all), limit,
                [](auto& a, auto& b) { return a.started_at < b.started_at; });
}

result<bool> memory_repository::put_carrier_status(const std::string& call_sid,
                                                   const std::string& status, int sequence) {
  TRUNKLINE_WRITES;
  const auto row = calls.find(call_sid);
  if (row == calls.end())
    return failure{failure_kind::not_found, "no such call"};
  return take_carrier_status(row->second, status, sequence);
}

result<void> memory_repository::put_turn(const turn_record& turn) {
  TRUNKLINE_WRITES;
  turns[{turn.call_sid, turn.index}] = turn;
  return {};
}

result<std::vector<turn_record>> memory_repository::turns_of(const std::string& call_sid) {
  TRUNKLINE_READS;
  std::vector<turn_record> found;
  for (const auto& [key, turn] : turns)
    if (key.first == call_sid)
      found.push_back(turn);
  return found;
}

result<void> memory_repository::put_message(const caller_message_record& message) {
  TRUNKLINE_WRITES;
  for (auto& known : messages)
    if (known.id == message.id) {
      if (!message.recording_url.empty())
        known.recording_url = message.recording_url;
      known.recording_seconds = std::max(known.recording_seconds, message.recording_seconds);
      return {};
    }
  messages.push_back(message);
  return {};
}

result<std::vector<caller_message_record>> memory_repository::list_messages(size_t limit) {
  TRUNKLINE_READS;
  return newest(messages, limit, [](auto& a, auto& b) { return a.created_at < b.created_at; });
}

bool memory_repository::taken(const appointment_record& wanted) const {
  return std::any_of(appointments.begin(), appointments.end(), [&](const auto& row) {
    const auto& other = row.second;
    return other.id != wanted.id && other.status == "booked" &&
           other.tenant_id == wanted.tenant_id && other.resource == wanted.resource &&
           other.starts_at < wanted.ends_at && wanted.starts_at < other.ends_at;
  });
}

result<appointment_record> memory_repository::book(const appointment_record& appointment) {
  TRUNKLINE_WRITES;
  if (booking_broken)
    return *booking_broken;
  if (const auto known = appointments.find(appointment.id); known != appointments.end())
    return known->second;
  if (taken(appointment))
    return failure{failure_kind::conflict, "the time is taken"};
  return appointments.emplace(appointment.id, appointment).first->second;
}

result<appointment_record>
memory_repository::move_appointment(const std::string& id, timestamp starts_at, timestamp ends_at) {
  TRUNKLINE_WRITES;
  if (booking_broken)
    return *booking_broken;
  const auto row = appointments.find(id);
  if (row == appointments.end() || row->second.status != "booked")
    return failure{failure_kind::not_found, "no such appointment"};
  auto moved = row->second;
  moved.starts_at = starts_at;
  moved.ends_at = ends_at;
  if (taken(moved))
    return failure{failure_kind::conflict, "the time is taken"};
  return row->second = moved;
}

result<appointment_record> memory_repository::cancel_appointment(const std::string& id) {
  TRUNKLINE_WRITES;
  const auto row = appointments.find(id);
  if (row == appointments.end())
    return failure{failure_kind::not_found, "no such appointment"};
  row->second.status = "cancelled";
  return row->second;
}

result<std::vector<appointment_record>>
memory_repository::appointments_between(const std::string& tenant_id, const std::string& resource,
                                        timestamp from, timestamp to) {
  TRUNKLINE_READS;
  std::vector<appointment_record> found;
  for (const auto& [_, row] : appointments)
    if (row.status == "booked" && row.tenant_id == tenant_id && row.resource == resource &&
        row.starts_at < to && from < row.ends_at)
      found.push_back(row);
  std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.starts_at < b.starts_at; });
  return found;
}

result<std::vector<appointment_record>>
memory_repository::appointments_of(const std::string& tenant_id, const std::string& caller_number,
                                   timestamp now) {
  TRUNKLINE_READS;
  std::vector<appointment_record> found;
  for (const auto& [_, row] : appointments)
    if (row.status == "booked" && row.tenant_id == tenant_id &&
        row.caller_number == caller_number && row.starts_at > now)
      found.push_back(row);
  std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.starts_at < b.starts_at; });
  return found;
}

result<std::vector<appointment_record>> memory_repository::list_appointments(size_t limit) {
  TRUNKLINE_READS;
  std::vector<appointment_record> all;
  for (const auto& [_, row] : appointments)
    all.push_back(row);
  return newest(std::move(all), limit,
                [](auto& a, auto& b) { return a.created_at < b.created_at; });
}

result<std::optional<appointment_record>>
memory_repository::find_appointment(const std::string& id) {
  TRUNKLINE_READS;
  const auto row = appointments.find(id);
  return row == appointments.end() ? std::optional<appointment_record>{}
                                   : std::optional{row->second};
}

result<void> memory_repository::put_tool_run(const tool_run_record& run) {
  TRUNKLINE_WRITES;
  auto [row, inserted] = tool_runs.try_emplace({run.call_sid, run.id}, run);
  if (!inserted && !run.result.empty())
    row->second.result = run.result;
  return {};
}

result<std::vector<tool_run_record>> memory_repository::tool_runs_of(const std::string& call_sid) {
  TRUNKLINE_READS;
  std::vector<tool_run_record> found;
  for (const auto& [key, run] : tool_runs)
    if (key.first == call_sid)
      found.push_back(run);
  return found;
}

result<size_t> memory_repository::close_orphans(const std::string& engine_id, timestamp at) {
  TRUNKLINE_WRITES;
  size_t closed = 0;
  for (auto& [_, call] : calls) {
    if (call.engine_id != engine_id || call.ended_at)
      continue;
    call.ended_at = at;
    call.end_reason = "engine_lost";
    call.outcome = call.outcome.empty() ? "failed" : call.outcome;
    ++closed;
  }
  return closed;
}

result<size_t> memory_repository::renew_lease(const std::string& engine_id, timestamp now,
                                              std::chrono::milliseconds lease) {
  TRUNKLINE_WRITES;
  const auto mine = leases.find(engine_id);
  const bool was_late = mine != leases.end() && mine->second < now;
  leases[engine_id] = now + lease;
  size_t closed = 0;
  for (const auto& [id, until] : leases)
    if (!was_late && until < now)
      closed += *close_orphans(id, now);
  return closed;
}

result<void> memory_repository::put_recording(const recording_record& recording) {
  TRUNKLINE_WRITES;
  recordings[recording.id] = recording;
  return {};
}

result<std::vector<recording_record>>
memory_repository::recordings_of(const std::string& call_sid) {
  TRUNKLINE_READS;
  std::vector<recording_record> all;
  for (const auto& [_, row] : recordings)
    if (row.call_sid == call_sid)
      all.push_back(row);
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.started_at < b.started_at; });
  return all;
}

result<bool> memory_repository::has_recording(const std::string& id) {
  TRUNKLINE_READS;
  return recordings.count(id) > 0;
}

result<void> memory_repository::put_dead_letter(const dead_letter_record& dead) {
  dead_letters[dead.id] = dead;
  return {};
}

result<std::vector<dead_letter_record>> memory_repository::list_dead_letters(size_t) {
  std::vector<dead_letter_record> all;
  for (const auto& [_, dead] : dead_letters)
    all.push_back(dead);
  return all;
}

result<void> memory_repository::remove_dead_letter(const std::string& id) {
  dead_letters.erase(id);
  return {};
}

result<void> memory_repository::put_audit(const audit_record& entry) {
  TRUNKLINE_WRITES;
  audits.push_back(entry);
  return {};
}

result<person_rows> memory_repository::everything_of(const std::string& tenant_id,
                                                     const std::string& caller_number) {
  TRUNKLINE_READS;
  person_rows all;
  const auto of_caller = [&](const auto& row) {
    return row.tenant_id == tenant_id && row.caller_number == caller_number;
  };
  for (const auto& [sid, call] : calls)
    if (of_caller(call)) {
      all.calls.push_back(call);
      for (const auto& [key, turn] : turns)
        if (key.first == sid)
          all.turns.push_back(turn);
    }
  std::copy_if(messages.begin(), messages.end(), std::back_inserter(all.messages), of_caller);
  for (const auto& [id, row] : appointments)
    if (of_caller(row))
      all.appointments.push_back(row);
  return all;
}

result<erased_rows> memory_repository::erase(const std::string&, const std::string&, timestamp) {
  return failure{failure_kind::unavailable, "nothing is erased in memory", false};
}

result<size_t> memory_repository::purge(const purge_order& order, size_t most) {
  TRUNKLINE_WRITES;
  purges.push_back(order);
  const auto gone = std::min(most, purgeable);
  purgeable -= gone;
  return gone;
}

result<void> memory_repository::put_incident(const incident_record& incident) {
  TRUNKLINE_WRITES;
  incidents[incident.id] = incident;
  return {};
}

result<std::vector<incident_record>> memory_repository::list_incidents(size_t limit) {
  TRUNKLINE_READS;
  std::vector<incident_record> all;
  for (const auto& [_, row] : incidents)
    all.push_back(row);
  return newest(std::move(all), limit, [](auto& a, auto& b) { return a.opened_at < b.opened_at; });
}

result<void> memory_repository::put_system_metrics(const std::vector<system_metric_record>& rows) {
  TRUNKLINE_WRITES;
  metrics.insert(metrics.end(), rows.begin(), rows.end());
  return {};
}

result<void> memory_repository::put_assistant(const assistant& who, const std::string& json) {
  TRUNKLINE_WRITES;
  assistants[who.id + "/" + who.version] = json;
  return {};
}

#undef TRUNKLINE_READS
#undef TRUNKLINE_WRITES

} // namespace trunkline
