#include "actors/tools/availability.hpp"
#include "actors/tools/tool_runners.hpp"
#include "infra/time/zone.hpp"
#include "protocol/text/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

using std::chrono::minutes;

namespace {

constexpr size_t appointments_listed_max = 500;

nlohmann::json as_json(const appointment_record& row, const assistant& who) {
  const auto start = to_local(row.starts_at, who.time_zone);
  return {{"id", row.id},
          {"service", row.service_id},
          {"start", start ? to_iso(*start) : std::string{}},
          {"name", row.caller_name}};
}

// Outside input checked against the rules; ok gives the instant.
struct checked_start {
  slot_rule rule = slot_rule::ok;
  local_minute local{};
  timestamp starts_at{};
};

result<checked_start> check_start(const tool_run& run, minutes duration) {
  const auto start = parse_local_iso(run.text("start", 19));
  if (!start)
    return failure{failure_kind::bad_input, "start is no local time"};
  const auto rules = schedule_rules::make(run.context.who, duration, run.context.facts.now);
  if (!rules)
    return rules.error();
  checked_start checked{rules->check_start(*start), *start, {}};
  const auto starts_at = to_utc(*start, run.context.who.time_zone);
  if (!starts_at)
    checked.rule = slot_rule::not_a_start; // the clocks skip it
  else
    checked.starts_at = *starts_at;
  return checked;
}

tool_outcome refused_start(const failure& what) {
  return what.kind == failure_kind::bad_input ? refused("bad_start") : broken(what);
}

// A cancelled row of this caller: a repeated cancellation is answered as the first was.
std::optional<appointment_record> cancelled_before(const tool_run& run, const std::string& id) {
  const auto all = run.context.store.list_appointments(appointments_listed_max);
  if (!all)
    return std::nullopt;
  for (const auto& row : *all)
    if (row.id == id && row.status == "cancelled" && row.tenant_id == run.context.who.tenant_id &&
        row.caller_number == run.context.facts.caller_number)
      return row;
  return std::nullopt;
}

const appointment_record* find_row(const std::vector<appointment_record>& rows,
                                   const std::string& id) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

// Whether this very call has booked it before: then the rules, which look at the clock, are over.
bool is_booked(const tool_run& run, const appointment_record& row) {
  const auto rows = run.context.store.appointments_between(row.tenant_id, row.resource,
                                                           row.starts_at, row.ends_at);
  return rows && find_row(*rows, row.id);
}

// The same appointment, booked by another tool call of this call: its result may have been lost to
// a barge-in, and then the caller says yes twice.
std::optional<appointment_record> booked_in_this_call(const tool_run& run,
                                                      const appointment_record& row) {
  const auto rows = run.context.store.appointments_between(row.tenant_id, row.resource,
                                                           row.starts_at, row.ends_at);
  if (rows)
    for (const auto& other : *rows)
      if (other.call_sid == row.call_sid && other.service_id == row.service_id &&
          other.starts_at == row.starts_at)
        return other;
  return std::nullopt;
}

// What to say when no appointment can be meant.
tool_outcome none_found(const tool_run& run) {
  return refused(run.context.facts.caller_number.empty() ? "unknown_caller" : "none");
}

tool_outcome choose(const tool_run& run, const std::vector<appointment_record>& rows) {
  return succeeded({{"status", "choose"}, {"appointments", as_json(rows, run.context.who)}});
}

} // namespace

nlohmann::json as_json(const std::vector<appointment_record>& rows, const assistant& who) {
  auto list = nlohmann::json::array();
  for (const auto& row : rows)
    list.push_back(as_json(row, who));
  return list;
}

result<std::vector<appointment_record>> own_appointments(const tool_run& run) {
  const auto& facts = run.context.facts;
  if (facts.caller_number.empty() || facts.caller_number == "anonymous")
    return std::vector<appointment_record>{};
  auto rows =
      run.context.store.appointments_of(run.context.who.tenant_id, facts.caller_number, facts.now);
  const auto name = run.text("name", 80);
  if (!rows || name.empty() || rows->size() < 2)
    return rows;
  const auto wanted = join_words(split_words(name));
  auto score = [&](const appointment_record& row) {
    return similarity(join_words(split_words(row.caller_name)), wanted);
  };
  double least = 0.6;
  for (const auto& row : *rows)
    least = std::max(least, score(row) - 0.1);
  auto named = *rows;
  std::erase_if(named, [&](const appointment_record& row) { return score(row) < least; });
  return named.empty() ? *rows : named;
}

tool_outcome run_schedule(const tool_run& run) {
  const auto* wanted = run.find_service(run.text("service", 120));
  if (!wanted)
    return refused("unknown_service");
  const auto name = run.text("name", 80);
  if (name.empty())
    return refused("no_name");
  const auto start = check_start(run, wanted->duration);
  if (!start)
    return refused_start(start.error());
  appointment_record row;
  row.id = run.record_id();
  row.tenant_id = run.context.who.tenant_id;
  row.call_sid = run.context.facts.call_sid;
  row.service_id = wanted->id;
  row.caller_number = run.context.facts.caller_number;
  row.caller_name = name;
  row.starts_at = start->starts_at;
  row.ends_at = start->starts_at + wanted->duration;
  row.created_at = run.context.facts.now;
  if (start->rule != slot_rule::ok && !is_booked(run, row))
    return refused(to_string(start->rule));
  auto booked = run.context.store.book(row);
  if (!booked && booked.error().kind == failure_kind::conflict)
    if (const auto same = booked_in_this_call(run, row))
      booked = *same;
  if (!booked)
    return booked.error().kind == failure_kind::conflict ? refused("taken")
                                                         : broken(booked.error());
  auto trouble = run.audit("appointment.booked", {{"appointment_id", booked->id}});
  return succeeded({{"status", "booked"}, {"appointment", as_json(*booked, run.context.who)}},
                   {tool_effect_kind::booked, {}, booked->id}, std::move(trouble));
}

tool_outcome run_reschedule(const tool_run& run) {
  const auto rows = own_appointments(run);
  if (!rows)
    return broken(rows.error());
  if (rows->empty())
    return none_found(run);
  const auto id = run.text("appointment_id", 120);
  if (run.text("start", 19).empty() || (id.empty() && rows->size() > 1))
    return choose(run, *rows);
  const auto* row = id.empty() ? &rows->front() : find_row(*rows, id);
  if (!row)
    return refused("not_yours");
  const auto duration = std::chrono::duration_cast<minutes>(row->ends_at - row->starts_at);
  const auto start = check_start(run, duration);
  if (!start)
    return refused_start(start.error());
  auto moved = result<appointment_record>{*row};
  if (start->starts_at != row->starts_at) {
    if (start->rule != slot_rule::ok)
      return refused(to_string(start->rule));
    moved =
        run.context.store.move_appointment(row->id, start->starts_at, start->starts_at + duration);
  }
  if (!moved)
    return moved.error().kind == failure_kind::conflict ? refused("taken") : broken(moved.error());
  auto trouble = run.audit("appointment.rescheduled", {{"appointment_id", moved->id}});
  return succeeded({{"status", "rescheduled"}, {"appointment", as_json(*moved, run.context.who)}},
                   {tool_effect_kind::rescheduled, {}, moved->id}, std::move(trouble));
}

tool_outcome run_cancel(const tool_run& run) {
  const auto rows = own_appointments(run);
  if (!rows)
    return broken(rows.error());
  const auto id = run.text("appointment_id", 120);
  const bool confirmed = run.arguments.value("confirmed", false);
  std::optional<appointment_record> before;
  if (confirmed && !id.empty() && !find_row(*rows, id)) {
    before = cancelled_before(run, id);
    if (!before)
      return rows->empty() ? none_found(run) : refused("not_yours");
  }
  if (rows->empty() && !before)
    return none_found(run);
  if (!before && (!confirmed || (id.empty() && rows->size() > 1)))
    return choose(run, *rows);
  const auto* row = before ? &*before : id.empty() ? &rows->front() : find_row(*rows, id);
  const auto cancelled = run.context.store.cancel_appointment(row->id);
  if (!cancelled)
    return cancelled.error().kind == failure_kind::not_found ? refused("none")
                                                             : broken(cancelled.error());
  auto trouble = run.audit("appointment.cancelled", {{"appointment_id", row->id}});
  return succeeded({{"status", "cancelled"}, {"appointment", as_json(*row, run.context.who)}},
                   {tool_effect_kind::cancelled, {}, row->id}, std::move(trouble));
}

} // namespace trunkline
