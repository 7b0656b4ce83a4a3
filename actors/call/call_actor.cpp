// The life of a call: stream attached, greeting, end, hand-over to the after-page.

#include "actors/call/call_actor.hpp"

#include "actors/media/stream_port.hpp"
#include "actors/records/store_actor.hpp"
#include "infra/log/log.hpp"
#include "infra/store/record_json.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace trunkline {

namespace {

// In place of a carrier status: the live call's TwiML could not be replaced.
constexpr auto rest_failed = "rest_failed";

bool is_of_audio(child_role role) {
  return role == child_role::stt || role == child_role::tts;
}

/// For the carrier's log; what happens next is decided by the row.
std::string handoff_json(const call_record& record) {
  return to_text({{"reasonCode", record.outcome}, {"reason", record.end_reason}});
}

turn_settings settings_of(const call_setup& setup) {
  auto settings = setup.who->turns;
  settings.speculate = settings.speculate && setup.speculate;
  if (setup.record.channel == "gather") // there the carrier tells when the caller is silent
    settings.caller_silence = std::chrono::hours{24};
  return settings;
}

} // namespace

call_state::call_state(call_actor::pointer self, call_setup given)
    : self(self), guard(self), setup(std::move(given)), record(setup.record),
      watch(self, [this](caf::actor_id id, const caf::error& why) { on_down(id, why); }),
      talk(record.call_sid), machine(settings_of(setup)) {}

// Runs however the call ends, so no child outlives its call.
call_state::~call_state() {
  for (auto& [_, one] : children)
    stop_actor(caf::actor_cast<caf::actor>(one.handle), caf::exit_reason::user_shutdown);
}

call_actor::behavior_type call_state::make_behavior() {
  start();
  return {
      [this](attach_stream& stream) { on_attach(std::move(stream)); },
      [this](gather_turn& turn) { on_gather(std::move(turn)); },
      [this](const channel_news& news) { on_channel(news); },
      [this](const voice_changed& voice) { on_voice(voice); },
      [this](key_pressed key) { on_key(key.digit); },
      [this](stream_stopped_by_carrier) { on_carrier_stop(); },
      [this](const transcript_heard& heard) { on_transcript(heard.what); },
      [this](const reply_text& piece) { on_reply_text(piece); },
      [this](const reply_done& done) { on_reply_done(done); },
      [this](tool_wanted& wanted) { on_tool_wanted(std::move(wanted)); },
      [this](const playout_news& news) { on_playout(news); },
      [this](provider_failed& news) {
        if (news.role == child_role::llm)
          llm_trouble[news.attempt] = std::move(news.why);
        else
          trouble[news.role] = std::move(news.why);
      },
      [this](row_saved saved) {
        std::erase_if(unsaved, [&](const save_row& row) { return row.serial == saved.serial; });
      },
      [this](const tool_done& done) { on_tool_done(done); },
      [this](knowledge_found& found) { on_knowledge(std::move(found)); },
      [this](caller_looked_up& found) { on_caller(std::move(found)); },
      [this](const carrier_ended& news) { on_carrier_ended(news); },
      [this](const end_agent& order) {
        if (order.to_channel.empty()) {
          leave_ai({next_step::kind::message, {}, {}}, order.why);
          return;
        }
        move_to = order.to_channel;
        move_if_quiet();
      },
      [this](const sabotage& order) { harm(order); },
      [this](snapshot_atom) { return snapshot(); },
      [this](tick_atom) {
        armed_for.reset();
        check_race();
        feed(turn_event::tick{});
      },
      [this](beat_atom) { on_beat(); },
      [](ping_atom) {},
  };
}

void call_state::start() {
  origin = self->clock().now();
  talk.restore(setup.earlier);
  for (const auto role : {child_role::stt, child_role::tts})
    service[role] = setup.services.first_usable(role);
  record.services_json = services_json();
  for (const auto& policy : call_policies)
    if (policy.role != child_role::llm && !(words && is_of_audio(policy.role)))
      start_child(policy.role);
  wire();
  if (setup.start.prepare)
    setup.start.prepare();
  if (setup.metrics && !setup.resumed)
    setup.metrics->call_started(record.channel);
  look_for_documents();
  look_up_caller();
  save(record);
  audit(setup.resumed ? "call.resumed" : "call.started", "{}");
  tell_later(self, self_handle<call_actor>(self), beat_every, beat_atom_v);
}

void call_state::on_attach(attach_stream&& stream) {
  if (attached || finishing) {
    stream.port->refuse();
    return;
  }
  attached = true;
  if (words)
    tell(self, words, std::move(stream));
  else
    tell(self, media, std::move(stream));
  greet();
  if (deaf_before_stream)
    take_rung(child_role::stt, ladder_decision{rung::L2}, *deaf_before_stream);
}

/// The first webhook of a call is answered with the greeting; one that brings words to a tree that
/// took the call over, with the answer to them.
void call_state::on_gather(gather_turn&& turn) {
  using kind = gather_turn::kind;
  if (finishing) {
    if (turn.answer)
      turn.answer({gather_page::kind::over, {}, true, turn.page, 0});
    return;
  }
  if (!std::exchange(attached, true)) {
    if (turn.what == kind::heard && setup.say_first.empty()) {
      note_rung(rung::L4, "taken_over");
    } else {
      greet();
      turn.words.clear(); // they were answered already: that is what is said first
      turn.keys.clear();
    }
  }
  tell(self, words, std::move(turn));
}

void call_state::greet() {
  open_agent_turn();
  record_from_the_start();
  if (setup.resumed) {
    talk.mark_rung("L4", "resumed by the after-page");
    talk.mark_action("resume");
    say(phrase_of(phrase::cut_off), speak_kind::notice);
    const auto question = last_question(setup.earlier);
    if (!setup.say_first.empty())
      say(setup.say_first, speak_kind::notice);
    else
      say(question.empty() ? phrase_of(phrase::how_can_i_help) : question, speak_kind::notice);
    turn_is_said();
    return;
  }
  talk.mark_action("greeting");
  machine.protect_playout(!setup.who->turns.greeting_interruptible);
  say(setup.who->greeting, speak_kind::notice);
  machine.agent_said(setup.who->greeting);
  tell_of_recording();
  turn_is_said();
}

void call_state::on_carrier_stop() {
  if (!finishing)
    finish(closing ? "agent_ended" : "caller_hung_up");
}

void call_state::on_carrier_ended(const carrier_ended& news) {
  if (news.status == rest_failed) { // the lesser way is left: the socket
    if (setup.metrics)
      setup.metrics->fallback("L4", rest_failed);
  } else {
    record.carrier_status = news.status;
  }
  if (!finishing)
    finish(attached ? "caller_hung_up" : "carrier_" + news.status);
}

/// Ends the AI part in a way that the caller is looked after: by REST when the carrier can be told
/// (L3), else by closing the socket, after which the carrier asks the after-page (L4). Channels of
/// words need no REST: what they have to say is said by the carrier anyway.
void call_state::leave_ai(next_step step, const std::string& why) {
  if (finishing)
    return;
  const bool by_rest =
      setup.update_by_rest && attached && !words && setup.rungs.has(child_role::media, rung::L3);
  if (!by_rest && !setup.rungs.has(child_role::media, rung::L4))
    step = {next_step::kind::hang_up, {}, {}};
  note_rung(by_rest ? rung::L3 : rung::L4, why);
  log_event(log_level::warn, "call.leaves_ai",
            {{"call_sid", record.call_sid}, {"rung", by_rest ? "L3" : "L4"}, {"error", why}});
  record.next_step = to_json(step);
  ++record.error_count;
  if (!by_rest) {
    finish(why);
    return;
  }
  // The rows must be there before the carrier asks; the stream is stopped by the update itself.
  close_agent_turn();
  save(record);
  auto handle = self_handle<call_actor>(self);
  setup.update_by_rest(record, *setup.who, [handle, sid = record.call_sid] {
    tell_from_outside(handle, carrier_ended{sid, rest_failed});
  });
  forced_end = why;
}

void call_state::finish(const std::string& end_reason) {
  if (finishing)
    return;
  finishing = true;
  close_agent_turn();
  if (closing && record.next_step.empty())
    record.next_step = to_json(*closing);
  record.end_reason = forced_end.empty() ? end_reason : forced_end;
  record.outcome = outcome();
  record.ended_at = setup.wall_clock();
  save(record);
  audit("call.ended", call_ended_json(record));
  for (auto& row : std::exchange(unsaved, {})) // the store child ends with us
    post_row(*setup.rows, std::move(row), {});
  note_call();
  if (words)
    tell(self, words, finish_stream{handoff_json(record)}); // its end is ours
  else if (media)
    tell(self, media, finish_stream{});
  else
    end();
}

void call_state::end() {
  if (std::exchange(ended, true))
    return;
  if (setup.metrics)
    setup.metrics->call_ended(record.outcome, record.end_reason);
  log_event(log_level::info, "call.ended",
            {{"call_sid", record.call_sid},
             {"action", record.outcome},
             {"reason", record.end_reason},
             {"turns", talk.turns().size()}});
  self->quit();
}

std::string call_state::outcome() const {
  using kind = tool_effect_kind;
  if (emergency_seen)
    return "emergency";
  if (!transferred_to.empty())
    return "transferred";
  switch (best_effect) {
  case kind::booked:
    return "booked";
  case kind::rescheduled:
    return "rescheduled";
  case kind::cancelled:
    return "cancelled";
  case kind::message_taken:
    return "message_taken";
  default:
    break;
  }
  if (!attached)
    return "failed";
  return record.user_input_count > 0 ? "answered" : "abandoned";
}

std::string call_state::snapshot() const {
  call_view view{record, talk.turns(), {}};
  if (auto row = talk.open_turn_row())
    view.turns.push_back(std::move(*row));
  for (const auto& [id, one] : children)
    view.children.push_back({std::string{to_string(one.role)}, id});
  view.live = !finishing;
  return call_json(view);
}

std::string last_question(const std::vector<turn_record>& turns) {
  for (auto it = turns.rbegin(); it != turns.rend(); ++it) {
    if (it->role != "agent")
      continue;
    const auto end = it->text.rfind('?');
    if (end == std::string::npos)
      return {};
    const auto start = it->text.find_last_of(".!?", end == 0 ? 0 : end - 1);
    auto question = it->text.substr(start == std::string::npos || start >= end ? 0 : start + 1);
    question.erase(0, question.find_first_not_of(' '));
    return question.substr(0, question.find('?') + 1);
  }
  return {};
}

} // namespace trunkline
