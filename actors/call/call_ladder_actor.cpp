// The lesser ways: another service, words kept in memory, the keypad, the carrier's own voice, the
// after-page. ladder.hpp decides which.

#include "actors/call/call_actor.hpp"
#include "actors/tools/availability.hpp"
#include "infra/log/log.hpp"

#include <utility>

namespace trunkline {

/// `label` has few values (metrics), `detail` says more (the turn's row).
void call_state::note_rung(rung at, const std::string& label, const std::string& detail) {
  const auto name = std::string{to_string(at)};
  if (setup.metrics)
    setup.metrics->fallback(name, label);
  log_event(log_level::warn, "call.rung",
            {{"call_sid", record.call_sid}, {"rung", name}, {"action", label}, {"error", detail}});
  const auto& reason = detail.empty() ? label : detail;
  if (talk.agent_turn_open() && !(work && work->prepared))
    talk.mark_rung(name, reason);
  else if (!rung_waiting || rung_waiting->first < at)
    rung_waiting = {at, reason};
}

void call_state::take_rung(child_role role, const std::optional<ladder_decision>& decision,
                           const failure& why) {
  const auto label = std::string{to_string(role)} + "_" + std::string{to_string(why.kind)};
  const auto lost = std::string{to_string(role)} + "_lost";
  (role == child_role::stt ? static_cast<void>(stt = nullptr) : static_cast<void>(tts = nullptr));
  if (!decision) { // no rung is left: the caller hears a hang-up
    record.next_step = to_json({next_step::kind::hang_up, {}, {}});
    finish(lost);
    return;
  }
  switch (decision->at) {
  case rung::L0:
  case rung::L1:
    service[role] = decision->provider;
    note_rung(decision->at, label,
              setup.services.name(role, decision->provider) + " after " + to_string(why));
    if (setup.metrics)
      setup.metrics->restart(to_string(role));
    start_child(role);
    wire();
    after_restart(role);
    break;
  case rung::L2:
    note_rung(rung::L2, label, to_string(why));
    if (role == child_role::stt && setup.who->move_to_gather && may_move())
      go_on_by("gather", lost);
    else if (role == child_role::stt)
      offer_keypad();
    else
      apologise_from_memory();
    break;
  case rung::L3:
  case rung::L4: {
    auto step = closing.value_or(
        role == child_role::tts ? staff_or_message() : next_step{next_step::kind::message, {}, {}});
    if (role == child_role::tts && step.say.empty())
      step.say = unheard_text();
    stop_pending = false;
    leave_ai(std::move(step), lost);
  }
  }
}

/// To a channel of the carrier's own recogniser, if it can be told to use it.
bool call_state::may_move() const {
  const bool can_leave = setup.rungs.has(child_role::media, rung::L4) ||
                         (setup.update_by_rest && setup.rungs.has(child_role::media, rung::L3));
  return !words && attached && !closing && can_leave && record.resumes < resumes_max;
}

/// L2 of a recogniser, first choice, and the answer to overload: the caller is brought back on
/// another channel.
void call_state::go_on_by(const std::string& channel, const std::string& why) {
  record.channel = channel;
  next_step step{next_step::kind::resume, {}, {}};
  if (machine.words_missing())
    step.say = phrase_of(phrase::say_again);
  leave_ai(std::move(step), why);
}

/// Where nothing is being said, heard or done, so that nothing has to be said twice.
void call_state::move_if_quiet() {
  if (!move_to || !may_move() || keypad || work || !tools_running.empty() || !pending.empty() ||
      !machine.is_quiet())
    return;
  if (setup.metrics)
    setup.metrics->call_moved(*move_to, "live");
  go_on_by(*std::exchange(move_to, std::nullopt), "overloaded");
}

/// L2 of a recogniser: what the caller wants can still be pressed.
void call_state::offer_keypad() {
  if (!can_speak()) {
    leave_ai({next_step::kind::message, {}, {}}, "stt_lost");
    return;
  }
  keypad = true;
  cancel_reply();
  feed(turn_event::listening_over{});
  if (!talk.agent_turn_open())
    open_agent_turn();
  talk.mark_action("keypad");
  say(phrase_of(setup.who->front_desk.empty() ? phrase::keypad_message : phrase::keypad_menu),
      speak_kind::notice);
  turn_is_said();
}

void call_state::on_keypad(char digit) {
  keypad = false;
  const auto why = words ? "caller_not_understood" : "stt_lost";
  if (digit == '2' && !setup.who->front_desk.empty())
    leave_ai({next_step::kind::transfer, {}, setup.who->front_desk}, why);
  else
    leave_ai({next_step::kind::message, {}, {}}, why);
}

/// L2 of a voice: what is kept in memory says that help is coming; then the carrier's voice says
/// what ours could not.
void call_state::apologise_from_memory() {
  auto step = closing.value_or(staff_or_message());
  step.say = unheard_text();
  if (std::exchange(stop_pending, false)) {
    pending.clear();
    deferred_reply.reset();
  }
  if (work && work->prepared)
    cancel_reply();
  voiceless = true; // what is still to come of the reply goes the same way
  close_agent_turn();
  open_agent_turn();
  pending.clear();
  service[child_role::tts] = child_starters::phrase_service;
  start_child(child_role::tts);
  wire();
  tell(self, media, agent_clear{});
  closing = std::move(step);
  leaving = "tts_lost";
  say(phrase_of(phrase::voice_lost), speak_kind::notice);
  feed(turn_event::closing{});
}

/// No model and no template answers: the caller hears why, then leaves a message.
void call_state::apologise_and_leave(const std::string& why) {
  const next_step step{next_step::kind::message, {}, {}};
  if (!can_speak() || !attached) {
    leave_ai(step, why);
    return;
  }
  if (!talk.agent_turn_open())
    open_agent_turn();
  closing = step;
  leaving = why;
  say(phrase_of(phrase::cannot_answer), speak_kind::notice);
  feed(turn_event::closing{});
  turn_is_said();
}

/// Staff in hours, else message taking.
next_step call_state::staff_or_message() const {
  if (!setup.who->front_desk.empty() && is_open(*setup.who, setup.wall_clock()))
    return {next_step::kind::transfer, {}, setup.who->front_desk};
  return {next_step::kind::message, {}, {}};
}

/// What was to be said and did not reach the caller's ear.
std::string call_state::unheard_text() const {
  std::string unheard;
  for (const auto& line : pending) {
    const auto heard = heard_part(line.text, line.heard, line.length);
    if (line.kind == speak_kind::filler || heard.size() >= line.text.size())
      continue;
    unheard += (unheard.empty() ? "" : " ") + line.text.substr(heard.size());
  }
  return unheard;
}

} // namespace trunkline
