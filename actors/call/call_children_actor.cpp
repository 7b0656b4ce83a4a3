// Supervision: children are started, watched, restarted or replaced by a lesser way. The policy
// table decides (call_policy.hpp); this file carries out.

#include "actors/call/call_actor.hpp"
#include "actors/call/phrases.hpp"
#include "actors/records/store_actor.hpp"
#include "infra/log/log.hpp"

namespace trunkline {

void call_state::start_child(child_role role) {
  switch (role) {
  case child_role::media:
    adopt(role, media = setup.start.media(self));
    break;
  case child_role::stt:
    adopt(role, stt = setup.start.stt(self));
    break;
  case child_role::tts:
    adopt(role, tts = setup.start.tts(self));
    break;
  case child_role::store:
    adopt(role, store = setup.start.store(self));
    break;
  case child_role::llm:
    break; // started by each reply: ask_model()
  }
}

void call_state::wire() {
  const siblings handles{media, stt, tts};
  tell(self, media, handles);
  tell(self, tts, handles);
}

void call_state::on_down(caf::actor_id id, const caf::error& why) {
  const auto known = roles.find(id);
  if (known == roles.end())
    return;
  const auto role = known->second;
  roles.erase(known);
  if (children[role].id == id)
    children.erase(role);
  const bool clean = is_clean(why);
  if (!clean)
    log_event(log_level::warn, "call.child_down",
              {{"call_sid", record.call_sid},
               {"actor", to_string(role)},
               {"code", static_cast<int>(why.code())}});
  if (role == child_role::media) {
    media = nullptr;
    on_media_down(clean);
    return;
  }
  if (finishing)
    return;
  const auto what = restarts.decide(role, clean, self->clock().now());
  if (!clean) {
    ++record.error_count;
    if (setup.metrics)
      setup.metrics->error("child_down", to_string(role));
  }
  if (role == child_role::llm) {
    llm = nullptr;
    on_llm_down(clean, what);
  } else if (what == remedy::restart || clean) {
    // Only the media child may end normally while the call goes on; the others are needed.
    if (setup.metrics)
      setup.metrics->restart(to_string(role));
    start_child(role);
    wire();
    after_restart(role);
  } else {
    degrade(role);
  }
}

void call_state::on_media_down(bool clean) {
  if (!finishing) {
    if (!clean && record.next_step.empty() && !closing) {
      record.next_step = to_json({next_step::kind::resume, {}, {}});
      talk.mark_rung("L4", "media_lost");
      if (setup.metrics)
        setup.metrics->fallback("L4", "media_lost");
    }
    finish(clean ? "agent_ended" : "media_lost");
  }
  end();
}

void call_state::after_restart(child_role role) {
  switch (role) {
  case child_role::stt:
    feed(turn_event::recogniser_lost{});
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

/// A new voice goes on after the last word that was heard.
void call_state::speak_again() {
  if (stop_pending) {
    on_stopped();
    return;
  }
  tell(self, media, agent_clear{}); // what the dead one had sent and was not heard
  std::vector<pending_line> left;
  for (auto line : pending) {
    if (line.kind == speak_kind::filler)
      continue;
    const auto heard = heard_part(line.text, line.heard, line.length);
    if (heard.size() >= line.text.size())
      continue;
    tell(self, tts, speak{line.sentence, line.text.substr(heard.size()), line.kind});
    left.push_back(std::move(line));
  }
  pending = std::move(left);
  talk.mark_rung("L0", "voice restarted");
  if (pending.empty())
    feed(turn_event::playout_idle{});
}

void call_state::on_llm_down(bool clean, remedy what) {
  if (clean)
    return; // its work is done, or it was cancelled
  if (what == remedy::restart && setup.metrics)
    setup.metrics->restart("llm");
  if (what == remedy::restart && pending.empty()) {
    ++llm_attempt;
    talk.mark_rung(llm_attempt <= llm_restarts_per_turn ? "L0" : "L1", "model failed");
    ask_model();
    return;
  }
  if (what == remedy::restart) { // some of the reply was said: leave it at that
    on_reply_done({machine.current_reply()});
    return;
  }
  degrade(child_role::llm);
}

void call_state::degrade(child_role role) {
  const auto how = policy_of(role).degrade_to;
  log_event(log_level::warn, "call.degraded",
            {{"call_sid", record.call_sid}, {"actor", to_string(role)}});
  switch (how) {
  case fallback::direct_to_store:
    store_lost = true;
    store = nullptr;
    for (const auto& row : unsaved)
      post_row(*setup.rows, row, self_handle<call_actor>(self));
    for (const auto& [_, request] : tools_running)
      post_tool(*setup.rows, setup.who, request, self_handle<call_actor>(self));
    if (setup.metrics)
      setup.metrics->fallback("L0", "store_direct");
    break;
  case fallback::take_message:
    if (tts && attached) {
      // L2: our voice still works, so the caller hears why before the carrier takes the message.
      talk.mark_rung("L2", std::string{to_string(role)} + "_lost");
      if (setup.metrics)
        setup.metrics->fallback("L2", std::string{to_string(role)} + "_lost");
      say(phrases::cannot_answer, speak_kind::notice);
      begin_closing({next_step::kind::message, {}, {}});
      feed(turn_event::closing{});
    } else {
      leave_ai({next_step::kind::message, {}, {}}, std::string{to_string(role)} + "_lost");
    }
    break;
  case fallback::say_by_carrier: {
    std::string unheard;
    for (const auto& line : pending)
      if (line.kind != speak_kind::filler)
        unheard += (unheard.empty() ? "" : " ") +
                   line.text.substr(heard_part(line.text, line.heard, line.length).size());
    auto step = closing.value_or(next_step{next_step::kind::message, {}, {}});
    step.say = unheard;
    tts = nullptr;
    stop_pending = false;
    leave_ai(std::move(step), "tts_lost");
    break;
  }
  case fallback::after_page:
  case fallback::none:
    leave_ai({next_step::kind::resume, {}, {}}, std::string{to_string(role)} + "_lost");
  }
}

template<class Handle>
void call_state::beat_child(child_role role, const Handle& handle) {
  auto known = children.find(role);
  if (known == children.end() || !handle)
    return;
  auto& one = known->second;
  if (one.unanswered >= beats_missed_max) {
    log_event(log_level::warn, "call.child_hung",
              {{"call_sid", record.call_sid}, {"actor", to_string(role)}});
    stop_actor(handle, ec::hung);
    return;
  }
  ++one.unanswered;
  const auto id = one.id;
  ask(self, handle, beat_every * 3, ping_atom_v)
      .then(
          [this, role, id] {
            auto found = children.find(role);
            if (found != children.end() && found->second.id == id)
              found->second.unanswered = 0;
          },
          [](caf::error&) {}); // counted by the beats
}

void call_state::on_beat() {
  beat_child(child_role::media, media);
  beat_child(child_role::stt, stt);
  beat_child(child_role::tts, tts);
  beat_child(child_role::store, store);
  beat_child(child_role::llm, llm);
  if (!attached && !finishing && self->clock().now() - origin >= setup.stream_timeout)
    finish("stream_never_came");
  if (finishing && !media)
    end();
  tell_later(self, self_handle<call_actor>(self), beat_every, beat_atom_v);
}

/// Test hook of the admin port.
void call_state::harm(const sabotage& order) {
  child_role role;
  const auto known = role_from(order.role, role) ? children.find(role) : children.end();
  if (known == children.end())
    return;
  auto victim = caf::actor_cast<caf::actor>(known->second.handle);
  if (order.how == "throw")
    stop_actor(victim, ec::sabotage_throw);
  else if (order.how == "hang")
    stop_actor(victim, ec::sabotage_hang);
  else
    stop_actor(victim, caf::exit_reason::kill);
}

} // namespace trunkline
