// The conversation: feeds the turn machine and carries out what it decides; playout and rows.

#include "actors/call/call_actor.hpp"
#include "actors/records/store_actor.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/emergency.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/language_tag.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

phrase phrase_for(turn_effect::filler kind) {
  switch (kind) {
  case turn_effect::filler::working:
    return phrase::working;
  case turn_effect::filler::one_moment:
    return phrase::one_moment;
  case turn_effect::filler::still_there:
    break;
  }
  return phrase::still_there;
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

/// One timer for the turn machine and the race for a reply: the sooner deadline.
void call_state::arm() {
  auto due = machine.next_deadline();
  if (const auto race = work ? work->race.next_deadline() : std::nullopt)
    due = std::min(due.value_or(call_time::max()), at(*race));
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
            deferred_reply = effect;
          else
            take_turn(effect);
        } else if constexpr (std::is_same_v<type, turn_effect::speculate>)
          prepare_reply(effect.reply, effect.text);
        else if constexpr (std::is_same_v<type, turn_effect::drop_speculation>)
          drop_prepared(effect.reply);
        else if constexpr (std::is_same_v<type, turn_effect::prompt_silent_caller>) {
          if (keypad)
            on_keypad('1');
          else
            start_reply({}, true);
        } else if constexpr (std::is_same_v<type, turn_effect::cancel_reply>)
          cancel_reply();
        else if constexpr (std::is_same_v<type, turn_effect::pause_playout>)
          tell_voice(order_playout{playout_order::pause});
        else if constexpr (std::is_same_v<type, turn_effect::resume_playout>)
          tell_voice(order_playout{playout_order::resume});
        else if constexpr (std::is_same_v<type, turn_effect::stop_playout>)
          stop_playout();
        else if constexpr (std::is_same_v<type, turn_effect::say_filler>) {
          if (setup.metrics)
            setup.metrics->action("filler");
          say(phrase_of(phrase_for(effect.kind)), speak_kind::filler);
        } else if constexpr (std::is_same_v<type, turn_effect::ask_again>) {
          open_agent_turn();
          note_rung(rung::L2, "no_reply_in_time");
          say(phrase_of(phrase::ask_again), speak_kind::notice);
          turn_is_said();
        } else if constexpr (std::is_same_v<type, turn_effect::take_message>) {
          leave_ai({next_step::kind::message, {}, {}}, effect.why);
        } else if constexpr (std::is_same_v<type, turn_effect::end_call>) {
          open_agent_turn();
          say(phrase_of(phrase::silent_goodbye), speak_kind::notice);
          begin_closing({next_step::kind::hang_up, {}, {}});
          feed(turn_event::closing{});
          turn_is_said();
        } else if (leaving) {
          leave_ai(*closing, *leaving);
        } else {
          finish("agent_ended");
        }
      },
      output);
}

void call_state::stop_playout() {
  talk.mark_action("barge_in");
  if (setup.metrics)
    setup.metrics->action("barge_in");
  stop_pending = can_speak();
  tell_voice(order_playout{playout_order::stop});
}

void call_state::on_voice(const voice_changed& voice) {
  utterances += voice.speaking ? 1 : 0;
  if (keypad) { // nobody listens: whoever speaks after the menu is asked for a message
    if (!voice.speaking && pending.empty())
      on_keypad('1');
    return;
  }
  if (voice.speaking)
    feed(turn_event::speech_started{at(voice.at)});
  else {
    feed(turn_event::speech_ended{at(voice.at), voice.audio});
    voice_ended_at = voice.at;
  }
}

void call_state::on_key(char digit) {
  if (keypad)
    on_keypad(digit);
  else
    feed(turn_event::key_pressed{digit});
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
  const auto utterance = heard.utterance == 0 ? 0 : heard.utterance + utterances_before_stt;
  feed(turn_event::transcript{heard.text, heard.is_final, heard.rejected, heard.turn_over,
                              utterance, heard.audio_end});
  if (heard.is_final && !words && !machine.words_missing())
    tell(self, media, speech_understood{voice_ended_at});
}

/// Before any model: the escalation line, then the emergency number.
void call_state::emergency(const std::string& words) {
  emergency_seen = true;
  log_event(log_level::warn, "call.emergency", {{"call_sid", record.call_sid}});
  if (setup.metrics)
    setup.metrics->action("emergency");
  cancel_reply();
  tell_voice(order_playout{playout_order::stop});
  pending.clear();
  open_turn(words, false);
  audit("call.emergency", "{}");
  talk.mark_action("emergency");
  moments.decided = now();
  begin_closing({next_step::kind::transfer, {}, "emergency"});
  feed(turn_event::closing{});
  say(setup.who->emergency_line, speak_kind::notice);
  turn_is_said();
}

call_facts call_state::facts() const {
  const bool known = !remembered_name.empty();
  return {record.call_sid, record.caller_number, known ? remembered_name : record.caller_name,
          setup.wall_clock(), known};
}

std::string call_state::services_json() const {
  auto value = nlohmann::json::object();
  for (const auto& [role, index] : service)
    if (words)
      value[std::string{to_string(role)}] = "carrier";
    else
      value[std::string{to_string(role)}] =
          index == child_starters::phrase_service ? "phrases" : setup.services.name(role, index);
  value["llm"] =
      !last_model.empty()
          ? last_model
          : setup.services.name(child_role::llm, setup.services.first_usable(child_role::llm));
  if (!setup.who->languages.empty() || !is_english(setup.who->language))
    value["language"] = setup.who->language;
  return to_text(value);
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
  if (can_speak())
    tell_voice(speak{id, text, kind, 0, !machine.playout_protected()});
}

/// To a channel that has to know when an agent turn is all there.
void call_state::turn_is_said() {
  if (words)
    tell(self, words, turn_said{closing.has_value()});
}

void call_state::on_channel(const channel_news& news) {
  using kind = channel_news::kind;
  switch (news.what) {
  case kind::cut:
    feed(turn_event::playout_cut{});
    break;
  case kind::silent:
    if (keypad)
      on_keypad('1');
    else
      feed(turn_event::caller_silent{});
    break;
  case kind::not_understood:
    if (finishing || keypad || closing)
      break;
    note_rung(rung::L2, "caller_not_understood");
    offer_keypad();
  }
}

void call_state::on_playout(const playout_news& news) {
  using kind = playout_news::kind;
  const auto line = std::find_if(pending.begin(), pending.end(), [&](const pending_line& one) {
    return one.sentence == news.sentence;
  });
  switch (news.what) {
  case kind::first_audio: {
    auto& measured = work && work->prepared ? work->moments : moments;
    if (news.of != speak_kind::filler && !measured.first_audio)
      measured.first_audio = at(news.at);
    break;
  }
  case kind::started:
    on_started(news);
    break;
  case kind::length:
    note_length(news);
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
    if (!work && pending.empty() && !finishing)
      close_agent_turn();
    break;
  case kind::stopped:
    if (stop_pending)
      on_stopped();
    break;
  }
}

void call_state::note_length(const playout_news& news) {
  talk.sentence_length(news.sentence, news.ms);
  for (auto& line : pending)
    if (line.sentence == news.sentence)
      line.length = news.ms;
  if (work)
    for (auto& line : work->held_lines)
      if (line.sentence == news.sentence)
        line.length = news.ms;
}

/// Everything is known of the turn that was cut: it is closed, and what waited for that goes on.
void call_state::on_stopped() {
  stop_pending = false;
  pending.clear();
  close_agent_turn();
  if (auto turn = std::exchange(deferred_reply, std::nullopt))
    take_turn(*turn);
}

void call_state::on_started(const playout_news& news) {
  const bool filler = news.of == speak_kind::filler;
  if (!filler && measuring) {
    measuring = false;
    // Behind what is still playing it waits for that, in our queue or in the carrier's.
    moments.sent = at(news.at) > now() ? moments.first_audio : now();
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

void call_state::open_agent_turn() {
  close_agent_turn();
  talk.open_agent_turn(setup.wall_clock());
  if (const auto waiting = std::exchange(rung_waiting, std::nullopt))
    talk.mark_rung(std::string{to_string(waiting->first)}, waiting->second);
}

void call_state::close_agent_turn() {
  talk.mark_services(services_json());
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
