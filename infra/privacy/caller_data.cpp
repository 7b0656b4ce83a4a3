#include "infra/privacy/caller_data.hpp"

#include "infra/store/record_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr size_t dead_letters_max = 100'000;

std::string dump(const json& value, int indent = -1) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

template<class Row, class Value>
json list_of(const std::vector<Row>& rows, Value value_of) {
  auto list = json::array();
  for (const auto& row : rows)
    list.push_back(value_of(row));
  return list;
}

json tool_run_value(const tool_run_record& run) {
  return {{"call_sid", run.call_sid},   {"id", run.id},         {"name", run.name},
          {"arguments", run.arguments}, {"result", run.result}, {"at", iso_time(run.at)}};
}

json question_value(const unanswered_question& row) {
  return {{"call_sid", row.call_sid}, {"question", row.question}, {"at", iso_time(row.asked_at)}};
}

json audit_value(const audit_record& row) {
  return {{"call_sid", row.call_sid},
          {"actor", row.actor},
          {"action", row.action},
          {"at", iso_time(row.at)}};
}

json call_with_turns(const call_record& call, const std::vector<turn_record>& turns) {
  auto value = call_value(call);
  auto& list = value["turns"] = json::array();
  for (const auto& turn : turns)
    if (turn.call_sid == call.call_sid)
      list.push_back(turn_value(turn));
  return value;
}

result<void> note(repository& rows, const data_request& request, const std::string& action,
                  json detail) {
  if (!request.reason.empty())
    detail["reason"] = request.reason;
  return rows.put_audit({request.tenant_id, {}, request.actor, action, dump(detail), request.now});
}

bool is_upcoming(const appointment_record& row, timestamp now) {
  return row.status == "booked" && row.starts_at > now;
}

// What stands in the way; empty: nothing.
std::string obstacle(const person_rows& all, const data_request& request, bool cancel_upcoming) {
  for (const auto& call : all.calls) {
    if (!call.ended_at)
      return "call " + call.call_sid +
             " is not over; one that a dead engine left open ends when an engine starts";
    if (*call.ended_at > request.now - settling)
      return "call " + call.call_sid +
             " has just ended and its last rows may be on their way; "
             "try again in two minutes";
  }
  const auto upcoming = std::count_if(all.appointments.begin(), all.appointments.end(),
                                      [&](auto& one) { return is_upcoming(one, request.now); });
  if (upcoming > 0 && !cancel_upcoming)
    return "there are " + std::to_string(upcoming) +
           " upcoming appointment(s); tell the staff, then add --cancel-upcoming";
  return {};
}

// Rows that the database would not take hold what their call's rows hold.
result<size_t> remove_dead_letters(repository& rows, const person_rows& of,
                                   const std::string& number) {
  const auto all = rows.list_dead_letters(dead_letters_max);
  if (!all)
    return all.error();
  size_t gone = 0;
  for (const auto& dead : *all) {
    const auto mentions = [&](const std::string& text) {
      return dead.payload.find(text) != dead.payload.npos;
    };
    if (!mentions(number) && std::none_of(of.calls.begin(), of.calls.end(),
                                          [&](auto& call) { return mentions(call.call_sid); }))
      continue;
    if (auto done = rows.remove_dead_letter(dead.id); !done)
      return done.error();
    ++gone;
  }
  return gone;
}

result<void> erase_all(repository& rows, const person_rows& all, const data_request& request,
                       erasure& done) {
  for (const auto& one : all.appointments)
    if (is_upcoming(one, request.now)) {
      if (auto cancelled = rows.cancel_appointment(one.id); !cancelled)
        return cancelled.error();
      ++done.cancelled;
    }
  const auto dead = remove_dead_letters(rows, all, request.number);
  if (!dead)
    return dead.error();
  done.dead_letters = *dead;
  const auto gone = rows.erase(request.tenant_id, request.number, request.now);
  if (!gone)
    return gone.error();
  done.rows = *gone;
  for (const auto& one : all.recordings)
    done.recordings.push_back(one.id);
  return note(rows, request, "data.erased",
              {{"calls", gone->calls},
               {"turns", gone->turns},
               {"messages", gone->messages},
               {"recordings", gone->recordings},
               {"appointments", gone->appointments},
               {"users", gone->users}});
}

} // namespace

result<std::string> export_caller(repository& rows, const data_request& request) {
  const auto all = rows.everything_of(request.tenant_id, request.number);
  if (!all)
    return all.error();
  json whole{{"tenant_id", request.tenant_id},
             {"number", request.number},
             {"exported_at", iso_time(request.now)}};
  whole["calls"] =
      list_of(all->calls, [&](auto& call) { return call_with_turns(call, all->turns); });
  whole["messages"] = list_of(all->messages, message_value);
  whole["appointments"] = list_of(all->appointments, appointment_value);
  whole["tool_runs"] = list_of(all->tool_runs, tool_run_value);
  whole["recordings"] = list_of(all->recordings, [&](auto& row) {
    const auto part =
        1 + std::count_if(all->recordings.begin(), all->recordings.end(), [&](auto& one) {
          return one.call_sid == row.call_sid && one.started_at < row.started_at;
        });
    auto value = recording_value(row);
    value["sound"] = "/api/v1/calls/" + row.call_sid + "/recording?part=" + std::to_string(part);
    return value;
  });
  whole["remembered"] = list_of(all->users, user_value);
  whole["call_notes"] = list_of(all->notes, note_value);
  whole["unanswered_questions"] = list_of(all->questions, question_value);
  whole["audit"] = list_of(all->audit, audit_value);
  if (auto noted = note(rows, request, "data.exported", {{"calls", all->calls.size()}}); !noted)
    return noted.error();
  return dump(whole, 2);
}

result<erasure> erase_caller(repository& rows, const data_request& request, bool cancel_upcoming) {
  erasure done;
  const auto erased = rows.together([&]() -> result<void> {
    const auto all = rows.everything_of(request.tenant_id, request.number);
    if (!all)
      return all.error();
    if (all->calls.empty() && all->messages.empty() && all->appointments.empty() &&
        all->users.empty())
      return failure{failure_kind::not_found, "nothing is kept of this number", false};
    if (auto why = obstacle(*all, request, cancel_upcoming); !why.empty())
      return failure{failure_kind::conflict, std::move(why), false};
    return erase_all(rows, *all, request, done);
  });
  if (!erased)
    return erased.error();
  return done;
}

} // namespace trunkline
