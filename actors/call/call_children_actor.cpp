// Supervision: children are started, watched and restarted. The policy table decides
// (call_policy.hpp); when a service itself has failed, the ladder does (call_ladder_actor.cpp).

#include "actors/call/call_actor.hpp"
#include "actors/records/store_actor.hpp"
#include "infra/log/log.hpp"

#include <utility>

namespace trunkline {

void call_state::start_child(child_role role) {
  switch (role) {
  case child_role::media:
    if (setup.start.words)
      adopt(role, words = setup.start.words(self));
    else
      adopt(role, media = setup.start.media(self));
    break;
  case child_role::stt:
    adopt(role, stt = setup.start.stt(self, service[role]));
    break;
  case child_role::tts:
    adopt(role, tts = setup.start.tts(self, service[role]));
    break;
  case child_role::store:
    adopt(role, store = setup.start.store(self));
    break;
  case child_role::llm:
    break; // started by each reply: ask_model()
  }
}

/// Ends a child without taking that for a failure.
void call_state::put_down(child_role role) {
  for (auto one = children.begin(); one != children.end(); ++one)
    if (one->second.role == role) {
      stop_actor(caf::actor_cast<caf::actor>(one->second.handle), caf::exit_reason::user_shutdown);
      children.erase(one);
      return;
    }
}

void call_state::wire() {
  if (words)
    return; // it is all three
  const siblings handles{media, stt, tts};
  tell(self, media, handles);
  tell(self, tts, handles);
}

void call_state::on_down(caf::actor_id id, const caf::error& why) {
  const auto node = children.extract(id);
  if (node.empty())
    return;
  const auto& [role, handle, unanswered, attempt] = node.mapped();
  const bool clean = is_clean(why);
  if (!clean) {
    log_event(log_level::warn, "call.child_down",
              {{"call_sid", record.call_sid},
               {"actor", to_string(role)},
               {"code", static_cast<int>(why.code())}});
    ++record.error_count;
    if (setup.metrics)
      setup.metrics->error("child_down", to_string(role));
  }
  if (role == child_role::media) {
    media = nullptr;
    words = nullptr;
    on_media_down(clean);
    return;
  }
  if (finishing)
    return;
  switch (role) {
  case child_role::llm:
    on_llm_down(attempt, clean);
    break;
  case child_role::store:
    if (clean || restarts.decide(role, false, self->clock().now()) == remedy::restart) {
      if (setup.metrics)
        setup.metrics->restart(to_string(role));
      start_child(role);
      after_restart(role);
    } else {
      degrade_store();
    }
    break;
  case child_role::stt:
  case child_role::tts:
    on_service_down(role, why == ec::provider_lost);
    break;
  case child_role::media:
    break;
  }
}

void call_state::on_media_down(bool clean) {
  if (!finishing) {
    if (!clean && record.next_step.empty() && !closing) {
      const bool after_page = setup.rungs.has(child_role::media, rung::L4);
      record.next_step =
          to_json({after_page ? next_step::kind::resume : next_step::kind::hang_up, {}, {}});
      note_rung(rung::L4, "media_lost");
    }
    finish(clean ? "agent_ended" : "media_lost");
  }
  end();
}

/// A recogniser or voice is gone: its actor died, or the service behind it failed.
void call_state::on_service_down(child_role role, bool service_failed) {
  const auto now = self->clock().now();
  const auto index = service[role];
  auto told = trouble.extract(role);
  const auto why = told.empty() ? failure{failure_kind::internal, "its actor ended", true}
                                : std::move(told.mapped());
  if (!service_failed && restarts.decide(role, false, now) == remedy::restart) {
    note_rung(rung::L0, std::string{to_string(role)} + "_restarted");
    if (setup.metrics)
      setup.metrics->restart(to_string(role));
    start_child(role);
    wire();
    after_restart(role);
    return;
  }
  failures.note(role, index, now);
  if (service_failed)
    restarts.note(role, now);
  const bool exhausted = restarts.exhausted(now);
  provider_trouble all{role, why, index};
  all.retried = !service_failed || exhausted || failures.recent(role, index, now) > 1;
  all.retry_allowed = !all.retried && setup.services.may_retry(role, index);
  all.usable = setup.services.usable_now(role);
  for (size_t i = 0; i < all.usable.size(); ++i)
    all.usable[i] = all.usable[i] && i != index && !exhausted && failures.recent(role, i, now) == 0;
  all.carrier_rest = setup.update_by_rest && attached;
  auto rungs = setup.rungs;
  if (index == child_starters::phrase_service || (!attached && role == child_role::tts))
    rungs.take_out(role, rung::L2); // it has just failed, or nobody is there to hear it
  const auto decision = decide(rungs, all);
  if (!attached && decision && decision->at == rung::L2) {
    stt = nullptr;
    deaf_before_stream = why;
  } else {
    take_rung(role, decision, why);
  }
}

void call_state::after_restart(child_role role) {
  switch (role) {
  case child_role::stt:
    hear_again();
    break;
  case child_role::tts:
    speak_again();
    break;
  case child_role::store:
    for (const auto& row : unsaved)
      tell(self, store, row);
    for (const auto& [_, request] : tools_running)
      tell(self, store, request);
    break;
  case child_role::media:
  case child_role::llm:
    break;
  }
}

/// A new recogniser hears what the last one did not answer. Its sessions count utterances anew.
void call_state::hear_again() {
  const bool missing = machine.words_missing();
  utterances_before_stt = missing ? utterances - 1 : utterances;
  if (missing)
    tell(self, media, replay_speech{});
}

/// A new voice goes on after the last word that was heard.
void call_state::speak_again() {
  if (stop_pending) {
    on_stopped();
    return;
  }
  tell(self, media, agent_clear{}); // what the dead one had sent and was not heard
  for (auto& line : std::exchange(pending, {})) {
    const auto heard = heard_part(line.text, line.heard, line.length);
    if (line.kind == speak_kind::filler || heard.size() >= line.text.size())
      continue;
    const auto rest = ++sentence_serial;
    talk.go_on_as(line.sentence, rest);
    pending.push_back({rest, line.text.substr(heard.size()), line.kind, {}, {}});
    tell(self, tts, speak{rest, pending.back().text, line.kind});
  }
  if (work && work->prepared)
    for (const auto& line : work->held_lines)
      tell(self, tts, speak{line.sentence, line.text, line.kind, work->id});
  if (pending.empty())
    feed(turn_event::playout_idle{});
}

void call_state::degrade_store() {
  log_event(log_level::warn, "call.degraded",
            {{"call_sid", record.call_sid}, {"actor", to_string(child_role::store)}});
  store_lost = true;
  store = nullptr;
  for (const auto& row : unsaved)
    post_row(*setup.rows, row, self_handle<call_actor>(self));
  for (const auto& [_, request] : tools_running)
    post_tool(*setup.rows, setup.who, request, self_handle<call_actor>(self));
  note_rung(rung::L0, "store_direct");
}

void call_state::on_beat() {
  for (auto& [id, one] : children) {
    auto handle = caf::actor_cast<caf::actor>(one.handle);
    if (one.unanswered >= beats_missed_max) {
      log_event(log_level::warn, "call.child_hung",
                {{"call_sid", record.call_sid}, {"actor", to_string(one.role)}});
      stop_actor(handle, ec::hung);
      continue;
    }
    ++one.unanswered;
    ask(self, handle, beat_every * 3, ping_atom_v)
        .then(
            [this, id = id] {
              if (auto found = children.find(id); found != children.end())
                found->second.unanswered = 0;
            },
            [](caf::error&) {}); // counted by the beats
  }
  move_if_quiet();
  if (!attached && !finishing && self->clock().now() - origin >= setup.stream_timeout)
    finish("stream_never_came");
  if (finishing && !media && !words)
    end();
  tell_later(self, self_handle<call_actor>(self), beat_every, beat_atom_v);
}

/// Test hook of the admin port.
void call_state::harm(const sabotage& order) {
  child_role role;
  if (!role_from(order.role, role))
    return;
  for (const auto& [_, one] : children) {
    if (one.role != role)
      continue;
    auto victim = caf::actor_cast<caf::actor>(one.handle);
    if (order.how == "throw")
      stop_actor(victim, ec::sabotage_throw);
    else if (order.how == "hang")
      stop_actor(victim, ec::sabotage_hang);
    else
      stop_actor(victim, caf::exit_reason::kill);
  }
}

} // namespace trunkline
