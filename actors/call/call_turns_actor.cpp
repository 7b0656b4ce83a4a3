// The conversation: feeds the turn machine and carries out what it decides.

#include "actors/call/call_actor.hpp"
#include "actors/call/phrases.hpp"
#include "actors/records/store_actor.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/emergency.hpp"

#include <type_traits>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

std::string filler_text(turn_effect::filler kind) {
  switch (kind) {
  case turn_effect::filler::working:
    return phrases::working;
  case turn_effect::filler::one_moment:
    return phrases::one_moment;
  case turn_effect::filler::still_there:
    break;
  }
  return phrases::still_there;
}

} // namespace

call_time call_state::at(steady_time when) const {
  return std::max(std::chrono::duration_cast<milliseconds>(when - origin), milliseconds{0});
}

call_time call_state::now() const {
  return at(self->clock().now());
}

void call_state::feed(const turn_input& input) {
  if (finishing)
    return;
  for (const auto& effect : machine.on(input, now()))
    carry_out(effect);
  arm();
}

void call_state::arm() {
  const auto due = machine.next_deadline();
  if (finishing || !due || (armed_for && *armed_for <= *due))
    return;
  armed_for = *due;
  tell_later(self, self_handle<call_actor>(self), std::max(*due - now(), milliseconds{1}),
             tick_atom_v);
}

void call_state::carry_out(const turn_output& output) {
  if (finishing)
    return;
  std::visit(
      [this](const auto& effect) {
        using type = std::decay_t<decltype(effect)>;
        if constexpr (std::is_same_v<type, turn_effect::start_reply>) {
          if (stop_pending) // the turn before is closed when it is known what was heard of it
            deferred_reply = effect.text;
          else
            start_reply(effect.text, false);
        } else if constexpr (std::is_same_v<type, turn_effect::prompt_silent_caller>)
          start_reply({}, true);
        else if constexpr (std::is_same_v<type, turn_effect::cancel_reply>)
          cancel_reply();
        else if constexpr (std::is_same_v<type, turn_effect::pause_playout>)
          tell(self, tts, order_playout{playout_order::pause});
        else if constexpr (std::is_same_v<type, turn_effect::resume_playout>)
          tell(self, tts, order_playout{playout_order::resume});
        else if constexpr (std::is_same_v<type, turn_effect::stop_playout>) {
          talk.mark_action("barge_in");
          if (setup.metrics)
            setup.metrics->action("barge_in");
          stop_pending = tts != nullptr;
          tell(self, tts, order_playout{playout_order::stop});
        } else if constexpr (std::is_same_v<type, turn_effect::say_filler>) {
          if (setup.metrics)
            setup.metrics->action("filler");
          say(filler_text(effect.kind), speak_kind::filler);
        } else if constexpr (std::is_same_v<type, turn_effect::ask_again>) {
          talk.open_agent_turn(setup.wall_clock());
          talk.mark_rung("L2", "no reply in time");
          say(phrases::ask_again, speak_kind::notice);
        } else if constexpr (std::is_same_v<type, turn_effect::take_message>) {
          leave_ai({next_step::kind::message, {}, {}}, effect.why);
        } else if constexpr (std::is_same_v<type, turn_effect::end_call>) {
          talk.open_agent_turn(setup.wall_clock());
          say(phrases::silent_goodbye, speak_kind::notice);
          begin_closing({next_step::kind::hang_up, {}, {}});
          feed(turn_event::closing{});
        } else {
          finish("agent_ended");
        }
      },
      output);
}

void call_state::on_transcript(const transcript& heard) {
  if (heard.is_final && !emergency_seen) {
    auto words = has_emergency(heard.text, *setup.who) ? heard.text : std::string{};
    for (const auto& other : heard.alternatives)
      if (words.empty() && has_emergency(other, *setup.who))
        words = other;
    if (!words.empty()) {
      emergency(words);
      return;
    }
  }
  feed(turn_event::transcript{heard.text, heard.is_final, heard.rejected});
}

/// Before any model: the escalation line, then the emergency number.
void call_state::emergency(const std::string& words) {
  emergency_seen = true;
  log_event(log_level::warn, "call.emergency", {{"call_sid", record.call_sid}});
  if (setup.metrics)
    setup.metrics->action("emergency");
  cancel_reply();
  tell(self, tts, order_playout{playout_order::stop});
  pending.clear();
  close_agent_turn();
  ++record.user_input_count;
  save(talk.add_caller_turn(words, setup.wall_clock(), 0));
  audit("call.emergency", "{}");
  talk.open_agent_turn(setup.wall_clock());
  talk.mark_action("emergency");
  moments = {};
  moments.speech_end = machine.waiting_since();
  moments.decided = now();
  measuring = true;
  begin_closing({next_step::kind::transfer, {}, "emergency"});
  feed(turn_event::closing{});
  say(setup.who->emergency_line, speak_kind::notice);
}

void call_state::start_reply(const std::string& text, bool silent) {
  close_agent_turn();
  silent_caller = silent;
  if (!silent) {
    ++record.user_input_count;
    save(talk.add_caller_turn(text, setup.wall_clock(), 0));
  }
  talk.open_agent_turn(setup.wall_clock());
  if (silent)
    talk.mark_action("caller_silent");
  splitter = {};
  moments = {};
  moments.speech_end = machine.waiting_since();
  moments.endpoint = machine.endpoint_at();
  moments.decided = machine.decided_at();
  measuring = !silent;
  llm_attempt = 0;
  ask_model();
}

void call_state::ask_model() {
  llm_request request{setup.who, facts(), talk.context(), setup.tools};
  if (silent_caller)
    request.messages.push_back({speaker::system, "caller_silent", {}, {}});
  moments.reply_asked = now();
  llm = setup.start.llm(self, machine.current_reply(), std::move(request), llm_attempt);
  if (llm)
    adopt(child_role::llm, llm);
  else
    degrade(child_role::llm);
}

call_facts call_state::facts() const {
  return {record.call_sid, record.caller_number, record.caller_name, setup.wall_clock()};
}

void call_state::cancel_reply() {
  if (llm)
    stop_actor(llm, caf::exit_reason::user_shutdown);
  llm = nullptr;
  splitter = {};
}

void call_state::on_reply_text(const reply_text& piece) {
  if (piece.reply != machine.current_reply() || !llm)
    return;
  if (!moments.first_token)
    moments.first_token = now();
  for (const auto& sentence : splitter.feed(piece.delta))
    say(sentence, speak_kind::reply);
}

void call_state::on_reply_done(const reply_done& done) {
  if (done.reply != machine.current_reply())
    return;
  for (const auto& sentence : splitter.flush())
    say(sentence, speak_kind::reply);
  ++record.ai_response_count;
  feed(turn_event::reply_finished{done.reply});
  if (closing)
    feed(turn_event::closing{});
  if (pending.empty())
    feed(turn_event::playout_idle{});
}

void call_state::on_tool_wanted(tool_wanted&& wanted) {
  if (wanted.reply != machine.current_reply() || !llm)
    return; // the turn was taken back before the tool ran
  log_event(log_level::info, "tool.wanted",
            {{"call_sid", record.call_sid}, {"action", wanted.call.name}});
  if (setup.metrics)
    setup.metrics->action(wanted.call.name);
  talk.add_tool_call(wanted.call);
  if (wanted.call.name == "answer_faq")
    ++record.knowledge_queries;
  run_tool_request request{wanted.reply, std::move(wanted.call), facts()};
  tools_running.emplace(request.call.id, request);
  tool_since = self->clock().now();
  feed(turn_event::tool_started{});
  if (store_lost)
    post_tool(*setup.rows, setup.who, std::move(request), self_handle<call_actor>(self));
  else
    tell(self, store, std::move(request));
}

void call_state::on_tool_done(const tool_done& done) {
  if (tools_running.erase(done.id) == 0)
    return; // a repeat after a restart of the store child
  if (!moments.first_token)
    moments.tool += std::chrono::duration_cast<milliseconds>(self->clock().now() - tool_since);
  if (talk.add_tool_result(done.id, done.result))
    if (auto row = talk.turn_of_tool(done.id))
      save(std::move(*row));
  carry_out_tool_effect(done);
  if (tools_running.empty())
    feed(turn_event::tool_finished{});
  if (llm && done.reply == machine.current_reply())
    tell(self, llm, tool_answered{done.id, done.result});
}

void call_state::carry_out_tool_effect(const tool_done& done) {
  using kind = tool_effect_kind;
  switch (done.effect.kind) {
  case kind::none:
    return;
  case kind::transfer:
    transferred_to = done.effect.staff_id;
    emergency_seen = emergency_seen || transferred_to == "emergency";
    begin_closing({next_step::kind::transfer, {}, done.effect.staff_id});
    return;
  case kind::end_call:
    begin_closing({next_step::kind::hang_up, {}, {}});
    return;
  case kind::booked:
  case kind::rescheduled:
  case kind::cancelled:
  case kind::message_taken:
    best_effect = done.effect.kind;
  }
}

/// The call ends when the present reply has been heard.
void call_state::begin_closing(next_step step) {
  if (!closing)
    closing = std::move(step);
}

void call_state::say(const std::string& text, speak_kind kind) {
  const auto id = ++sentence_serial;
  if (kind != speak_kind::filler) {
    talk.add_sentence(id, text);
    machine.agent_said(text);
    if (!moments.first_sentence)
      moments.first_sentence = now();
    if (!moments.voice_asked)
      moments.voice_asked = now();
  }
  pending.push_back({id, text, kind, {}, {}});
  if (kind == speak_kind::reply)
    feed(turn_event::reply_speaking{machine.current_reply()});
  if (tts)
    tell(self, tts, speak{id, text, kind});
}

void call_state::on_playout(const playout_news& news) {
  using kind = playout_news::kind;
  const auto line = std::find_if(pending.begin(), pending.end(), [&](const pending_line& one) {
    return one.sentence == news.sentence;
  });
  switch (news.what) {
  case kind::first_audio:
    if (news.of != speak_kind::filler && !moments.first_audio)
      moments.first_audio = at(news.at);
    break;
  case kind::started:
    on_started(news);
    break;
  case kind::length:
    talk.sentence_length(news.sentence, news.ms);
    if (line != pending.end())
      line->length = news.ms;
    break;
  case kind::heard:
  case kind::finished:
    talk.sentence_heard(news.sentence, news.ms, news.what == kind::finished);
    if (line != pending.end()) {
      line->heard = news.ms;
      if (news.what == kind::finished)
        pending.erase(line);
    }
    break;
  case kind::idle:
    if (pending.empty())
      feed(turn_event::playout_idle{});
    if (!llm && pending.empty() && !finishing)
      close_agent_turn();
    break;
  case kind::stopped:
    if (stop_pending)
      on_stopped();
    break;
  }
}

/// Everything is known of the turn that was cut: it is closed, and what waited for that goes on.
void call_state::on_stopped() {
  stop_pending = false;
  pending.clear();
  close_agent_turn();
  if (auto text = std::exchange(deferred_reply, std::nullopt))
    start_reply(*text, false);
}

void call_state::on_started(const playout_news& news) {
  const bool filler = news.of == speak_kind::filler;
  if (!filler && measuring) {
    measuring = false;
    moments.sent = now();
    moments.playout = at(news.at);
    auto parts = waterfall_of(moments);
    if (setup.metrics) {
      setup.metrics->turn_latency(milliseconds{total_ms(parts)});
      for (const auto& part : parts)
        setup.metrics->turn_part(part.name, milliseconds{part.ms});
    }
    log_event(log_level::info, "turn.answered",
              {{"call_sid", record.call_sid},
               {"turn", talk.turns().size()},
               {"latency_ms", total_ms(parts)}});
    talk.set_latency(std::move(parts));
  }
  feed(turn_event::playout_started{filler});
}

void call_state::close_agent_turn() {
  if (auto row = talk.close_agent_turn())
    save(std::move(*row));
}

void call_state::save(std::variant<call_record, turn_record, audit_record> row) {
  save_row request{++row_serial, std::move(row)};
  if (unsaved.size() < unsaved_rows_max)
    unsaved.push_back(request);
  else if (setup.metrics)
    setup.metrics->error("rows_not_kept", "store");
  if (store_lost || finishing || !store)
    post_row(*setup.rows, std::move(request), self_handle<call_actor>(self));
  else
    tell(self, store, std::move(request));
}

void call_state::audit(const std::string& action, const std::string& detail) {
  save(audit_record{record.tenant_id, record.call_sid, "engine", action, detail,
                    setup.wall_clock()});
}

} // namespace trunkline
