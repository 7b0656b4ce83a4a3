// What is remembered of callers: looked up while the phone rings, noted when the call is over. The
// greeting waits for neither.

#include "actors/call/call_actor.hpp"
#include "actors/dialog/prompt.hpp"
#include "actors/records/call_summary.hpp"
#include "infra/log/log.hpp"

#include <utility>

namespace trunkline {

void call_state::look_up_caller() {
  // Who asked to be forgotten is not asked about either.
  if ((!setup.who->remember_callers && !setup.start.extract) || setup.rows->away())
    return;
  const auto handle = self_handle<call_actor>(self);
  const bool taken = setup.rows->read(
      [handle, tenant = record.tenant_id,
       number = record.caller_number](repository& rows) -> result<void> {
        auto found = rows.users().find_user(tenant, number);
        if (!found)
          return found.error();
        auto known = *found ? std::make_shared<const known_caller>(std::move(**found)) : nullptr;
        tell_from_outside(handle, caller_looked_up{std::move(known), false});
        return {};
      },
      [handle](const result<void>& done) {
        if (done)
          return;
        log_event(log_level::warn, "caller.lookup_failed", {{"error", to_string(done.error())}});
        tell_from_outside(handle, caller_looked_up{});
      });
  if (taken)
    tell_later(self, handle, caller_deadline, caller_looked_up{nullptr, true});
}

/// The first answer counts: what a call knows of its caller does not change in the middle of it.
void call_state::on_caller(caller_looked_up&& found) {
  if (std::exchange(caller_settled, true))
    return;
  if (found.late) {
    log_event(log_level::warn, "caller.lookup_late", {{"call_sid", record.call_sid}});
    if (setup.metrics)
      setup.metrics->error("late", "users");
  }
  if (!found.known)
    return;
  forgotten = forgotten || !found.known->user.remember;
  if (forgotten || !setup.who->remember_callers)
    return;
  remembered_name = found.known->user.caller_name;
  remembered = notes::caller(*found.known);
  if (setup.metrics)
    setup.metrics->action("caller_known");
}

/// The call's line, and what is new of its caller. Who said nothing is not remembered for it.
void call_state::note_call() {
  if (forgotten)
    return; // the store would not take the note either
  if (setup.start.extract && record.user_input_count > 0)
    setup.start.extract(self, record, talk.turns());
  auto made = summarise(record, talk.turns(), *setup.who);
  call_note_record note;
  note.call_sid = record.call_sid;
  note.tenant_id = record.tenant_id;
  note.caller_number = record.caller_number;
  note.summary = std::move(made.line);
  note.at = record.ended_at.value_or(record.started_at);
  note.remember = setup.who->remember_callers && record.user_input_count > 0;
  if (note.remember) {
    note.caller_name = std::move(made.caller_name);
    note.preferences = std::move(made.preferences);
  }
  const auto kept = [sid = record.call_sid](const result<void>& done) {
    if (!done && done.error().kind != failure_kind::overloaded) // what was shed is counted
      log_event(log_level::error, "store.row_failed",
                {{"call_sid", sid}, {"error", to_string(done.error())}});
  };
  if (!setup.rows->put(std::move(note), kept))
    kept(failure{failure_kind::unavailable, "the store is full", true});
}

} // namespace trunkline
