// Replies: models are asked (reply_race.hpp decides which), their words are said, their tools run.
// A prepared reply answers words that are probably all of the turn; nothing of it is heard and no
// tool of it runs until the turn is over and fits.

#include "actors/call/call_actor.hpp"
#include "actors/dialog/prompt.hpp"
#include "actors/records/store_actor.hpp"
#include "actors/tools/knowledge_search.hpp"
#include "infra/log/log.hpp"
#include "protocol/text/emergency.hpp"
#include "protocol/text/words.hpp"

#include <utility>

namespace trunkline {

using std::chrono::milliseconds;

void call_state::take_turn(const turn_effect::start_reply& turn) {
  if (is_typed_emergency(turn.text) && !emergency_seen)
    return emergency(turn.text);
  if (takes_as_consent(turn.text))
    return;
  if (turn.speculated && work && work->prepared && work->id == turn.reply)
    take_up_prepared(turn.text);
  else
    start_reply(turn.text, false);
}

/// The caller's turn becomes a row, and the agent's begins.
void call_state::open_turn(const std::string& text, bool silent) {
  close_agent_turn();
  if (!silent) {
    ++record.user_input_count;
    save(talk.add_caller_turn(text, setup.wall_clock(), 0));
  }
  open_agent_turn();
  if (silent)
    talk.mark_action("caller_silent");
  moments = {};
  moments.speech_end = machine.waiting_since();
  moments.endpoint = machine.endpoint_at();
  moments.decided = machine.decided_at();
  measuring = !silent;
}

void call_state::start_reply(const std::string& text, bool silent) {
  cancel_reply();
  if (silent)
    no_recording("silent");
  open_turn(text, silent);
  talk.mark_speculation({}, std::exchange(wasted, 0));
  work.emplace();
  work->id = machine.current_reply();
  work->silent_caller = silent;
  if (const auto* entry = silent ? nullptr : configured_answer(text))
    say_answer(*entry);
  else
    begin_reply(silent ? std::string{} : text);
}

void call_state::prepare_reply(uint64_t reply, const std::string& text) {
  cancel_reply();
  if (configured_answer(text))
    return; // it is there when the turn is over
  work.emplace();
  work->id = reply;
  work->prepared = true;
  work->caller_text = text;
  begin_reply(text);
}

/// The turn is over and its words are those that were answered already.
void call_state::take_up_prepared(const std::string& text) {
  auto prepared = std::move(*work);
  work.reset();
  const auto ahead = prepared.moments;
  open_turn(text, false);
  moments.reply_asked = ahead.reply_asked;
  moments.first_token = ahead.first_token;
  moments.first_sentence = ahead.first_sentence;
  moments.voice_asked = ahead.voice_asked;
  moments.first_audio = ahead.first_audio;
  const auto saved = ahead.reply_asked ? machine.decided_at() - *ahead.reply_asked : milliseconds{};
  talk.mark_speculation(saved, std::exchange(wasted, 0));
  if (setup.metrics)
    setup.metrics->speculation("used", saved);
  prepared.prepared = false;
  work = std::move(prepared);
  use_passages();
  for (const auto& note : std::exchange(work->held_rungs, {}))
    note_rung(note.at, note.label, note.detail);
  for (auto& line : std::exchange(work->held_lines, {})) {
    talk.add_sentence(line.sentence, line.text);
    talk.sentence_length(line.sentence, line.length);
    machine.agent_said(line.text);
    pending.push_back(std::move(line));
  }
  tell_voice(settle_held{work->id, true});
  if (!pending.empty())
    feed(turn_event::reply_speaking{work->id});
  for (auto& tool : std::exchange(work->held_tools, {}))
    on_tool_wanted(std::move(tool));
  if (work && work->held_done)
    on_reply_done(*std::exchange(work->held_done, std::nullopt));
}

void call_state::drop_prepared(uint64_t reply) {
  if (!work || !work->prepared || work->id != reply)
    return;
  ++wasted;
  if (setup.metrics)
    setup.metrics->speculation("wasted", {});
  cancel_reply();
}

/// What the board and this call's own past say of its models. `failed_service`: takes a retry from
/// its budget.
race_view call_state::view_of_models(std::optional<size_t> failed_service) {
  const auto now = self->clock().now();
  race_view view{setup.services.usable_now(child_role::llm), true};
  if (restarts.exhausted(now) ||
      restarts.recent(child_role::llm, now) >= policy_of(child_role::llm).restart_max)
    return {std::vector<bool>(view.usable.size(), false), false};
  view.retry_allowed =
      !failed_service || setup.services.may_retry(child_role::llm, *failed_service);
  return view;
}

void call_state::carry_out(const reply_race::orders& orders) {
  using kind = race_order::kind;
  for (const auto& order : orders) {
    if (!work)
      return;
    if (order.what == kind::ask) {
      ask_model(order);
    } else if (order.what == kind::drop) {
      drop_attempt(order.attempt);
    } else if (work->prepared) { // not worth a lesser way: the turn itself will see to it
      cancel_reply();
    } else if (work->words > 0) { // leave it at what was said
      note_rung(rung::L2, "llm_cut_short", order.why);
      end_reply();
    } else if (order.what == kind::templated) {
      note_rung(rung::L2, "llm_template", order.why);
      ask_model(order);
    } else if (order.what == kind::decline) {
      note_rung(rung::L2, "llm_declined", order.why);
      say(phrase_of(phrase::decline), speak_kind::reply);
      end_reply();
    } else {
      cancel_reply();
      apologise_and_leave("llm_lost");
    }
  }
  arm();
}

void call_state::check_race() {
  if (work && work->lookup == 0 && !finishing)
    carry_out(work->race.tick(view_of_models(), self->clock().now()));
}

void call_state::ask_model(const race_order& order) {
  auto& measured = work->prepared ? work->moments : moments;
  if (!measured.reply_asked)
    measured.reply_asked = now();
  const auto name = order.what == race_order::kind::templated
                        ? std::string{"template"}
                        : setup.services.name(child_role::llm, order.provider);
  if (!order.first && order.at <= rung::L1) {
    noted_rung note{order.at, order.at == rung::L0 ? "llm_again" : "llm_next",
                    name + ": " + order.why};
    if (work->prepared) // counts when the turn takes the reply up
      work->held_rungs.push_back(std::move(note));
    else
      note_rung(note.at, note.label, note.detail);
  }
  if (setup.metrics && !order.first)
    setup.metrics->restart("llm");
  auto made = setup.start.llm(self, {work->id, order.attempt, order.provider,
                                     order.what == race_order::kind::templated, request_of(order)});
  if (!made) {
    carry_out(work->race.failed(order.attempt,
                                {failure_kind::unavailable, "no model " + name, false},
                                view_of_models(), self->clock().now()));
    return;
  }
  work->services[order.attempt] = name;
  work->attempts[order.attempt] = made;
  adopt(child_role::llm, made, order.attempt);
}

llm_request call_state::request_of(const race_order& order) const {
  llm_request request{setup.who, facts(), setup.prompt + remembered, talk.context(),
                      setup.tools ? *setup.tools : std::vector<tool_spec>{}};
  if (work->prepared)
    request.messages.push_back({speaker::caller, work->caller_text, {}, {}});
  if (!has_documents)
    std::erase_if(request.tools, [](const auto& one) { return one.name == "search_knowledge"; });
  if (!work->passages.empty())
    request.messages.push_back({speaker::system, notes::knowledge(work->passages), {}, {}});
  if (work->silent_caller)
    request.messages.push_back({speaker::system, note_caller_silent, {}, {}});
  if (work->words > 0)
    request.messages.push_back(
        {speaker::system, notes::go_on_after(talk.open_turn_text()), {}, {}});
  const auto budget = order.shorter ? context_tokens_max / 4 : context_tokens_max;
  request.messages = within_budget(std::move(request.messages), budget);
  return request;
}

void call_state::drop_attempt(unsigned attempt) {
  if (auto node = work->attempts.extract(attempt); !node.empty())
    stop_actor(node.mapped(), caf::exit_reason::user_shutdown);
}

void call_state::cancel_reply() {
  if (!work)
    return;
  for (auto& [_, one] : work->attempts)
    stop_actor(one, caf::exit_reason::user_shutdown);
  if (work->prepared)
    tell_voice(settle_held{work->id, false});
  work.reset();
}

void call_state::on_llm_down(unsigned attempt, bool clean) {
  auto told = llm_trouble.extract(attempt);
  if (clean || !work || !work->race.running(attempt))
    return; // its work is done, or it was dropped
  const auto now = self->clock().now();
  if (told.empty())
    restarts.note(child_role::llm, now);
  const auto why = told.empty() ? failure{failure_kind::internal, "its actor ended", true}
                                : std::move(told.mapped());
  work->attempts.erase(attempt);
  work->splitter = {}; // a sentence that was not finished is not said
  const auto failed = work->race.service_of(attempt);
  carry_out(work->race.failed(attempt, why, view_of_models(failed), now));
}

/// False: not one of ours any more. The first sign of an answer makes its attempt the winner.
bool call_state::takes_words_of(uint64_t reply, unsigned attempt) {
  if (!work || work->id != reply || !work->race.running(attempt))
    return false;
  if (!work->race.winner()) {
    carry_out(work->race.output(attempt));
    last_model = work->services[attempt];
  }
  return work->race.winner() == attempt;
}

void call_state::on_reply_text(const reply_text& piece) {
  if (!takes_words_of(piece.reply, piece.attempt))
    return;
  auto& measured = work->prepared ? work->moments : moments;
  if (!measured.first_token)
    measured.first_token = now();
  say_sentences(work->splitter.feed(piece.delta));
}

void call_state::say_sentences(const std::vector<std::string>& sentences) {
  for (const auto& sentence : sentences) {
    if (!work || work->words >= setup.who->response_words_max)
      return;
    work->words += split_words(sentence).size();
    if (voiceless && closing) {
      closing->say += (closing->say.empty() ? "" : " ") + sentence;
      continue;
    }
    if (!work->prepared) {
      say(sentence, speak_kind::reply);
      continue;
    }
    const auto id = ++sentence_serial;
    if (!work->moments.first_sentence)
      work->moments.first_sentence = work->moments.voice_asked = now();
    work->held_lines.push_back({id, sentence, speak_kind::reply, {}, {}});
    tell_voice(speak{id, sentence, speak_kind::reply, work->id});
  }
  if (work && work->words >= setup.who->response_words_max && !work->prepared)
    end_reply(); // the rest of a monologue is not for the phone
}

void call_state::on_reply_done(const reply_done& done) {
  if (!takes_words_of(done.reply, done.attempt))
    return;
  if (work->prepared) {
    work->held_done = done;
    return;
  }
  // A length limit may have cut the last sentence; half of one is not said after whole ones.
  const auto rest = work->splitter.flush();
  if (!done.how.cut || work->words == 0)
    say_sentences(rest);
  if (!work)
    return;
  if (work->words == 0 && !work->used_tools) {
    const auto attempt = done.attempt;
    drop_attempt(attempt);
    carry_out(work->race.failed(attempt, {failure_kind::bad_input, "an empty reply", false},
                                view_of_models(), self->clock().now()));
    return;
  }
  end_reply();
}

/// No more of this reply will come.
void call_state::end_reply() {
  const auto id = work->id;
  for (auto& [_, one] : work->attempts)
    stop_actor(one, caf::exit_reason::user_shutdown);
  work.reset();
  ++record.ai_response_count;
  feed(turn_event::reply_finished{id});
  if (closing)
    feed(turn_event::closing{});
  turn_is_said();
  if (pending.empty())
    feed(turn_event::playout_idle{});
}

void call_state::on_tool_wanted(tool_wanted&& wanted) {
  if (!takes_words_of(wanted.reply, wanted.attempt))
    return; // the turn was taken back before the tool ran
  if (work->prepared) {
    work->held_tools.push_back(std::move(wanted));
    return;
  }
  work->used_tools = true;
  log_event(log_level::info, "tool.wanted",
            {{"call_sid", record.call_sid}, {"action", wanted.call.name}});
  if (setup.metrics)
    setup.metrics->action(wanted.call.name);
  talk.add_tool_call(wanted.call);
  if (wanted.call.name == "answer_faq" || wanted.call.name == "search_knowledge")
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
  if (!moments.first_token) {
    moments.tool += std::chrono::duration_cast<milliseconds>(self->clock().now() - tool_since);
    moments.durable += done.durable;
  }
  if (talk.add_tool_result(done.id, done.result))
    if (auto row = talk.turn_of_tool(done.id))
      save(std::move(*row));
  talk.add_knowledge(passages_in(done.name, done.result));
  carry_out_tool_effect(done);
  if (tools_running.empty())
    feed(turn_event::tool_finished{});
  if (work && done.reply == work->id && work->race.winner())
    if (const auto asker = work->attempts.find(*work->race.winner()); asker != work->attempts.end())
      tell(self, asker->second, tool_answered{done.id, done.result});
}

void call_state::carry_out_tool_effect(const tool_done& done) {
  using kind = tool_effect_kind;
  switch (done.effect.kind) {
  case kind::none:
    return;
  case kind::forgotten:
    forgotten = true;
    remembered.clear();
    return;
  case kind::transfer:
    transferred_to = done.effect.staff_id;
    emergency_seen = emergency_seen || transferred_to == "emergency";
    begin_closing({next_step::kind::transfer, {}, done.effect.staff_id});
    return;
  case kind::language:
    if (work && !work->prepared) // what came before the tool is in the former one
      say_sentences(work->splitter.flush());
    speak_language(done.effect.language);
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

} // namespace trunkline
