// The turn machine's deadlines: what happens when time passes, and when the next tick is due.

#include "actors/dialog/turn_machine.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

// Between one filler and the next.
constexpr milliseconds filler_every{2500};
// The second and later fillers of a wait stop before the turn is abandoned.
constexpr unsigned fillers_max = 3;

} // namespace

void turn_machine::on_event(const turn_event::tick&, call_time now, outputs& out) {
  if (!closing_) {
    check_barge_in(now, out);
    check_endpoint(now, out);
    check_speculation(now, out);
    check_dead_air(now, out);
  }
  check_caller_silence(now, out);
}

void turn_machine::check_barge_in(call_time now, outputs& out) {
  if (protected_)
    return;
  // Pause first: what sounds like an interruption may be a cough.
  if (barge_since_ && speaking_ && playing_ && !filler_only_ && !paused_at_ &&
      now - *barge_since_ >= settings_.barge_in_voice) {
    paused_at_ = now;
    out.push_back(turn_effect::pause_playout{});
  }
  if (paused_at_ && now - *paused_at_ >= settings_.barge_in_resume &&
      (!speaking_ || interim_.empty())) {
    paused_at_.reset();
    barge_since_.reset();
    out.push_back(turn_effect::resume_playout{});
  }
}

void turn_machine::check_endpoint(call_time now, outputs& out) {
  if (speaking_ || agent_has_floor() || !(has_words_ || finals_due_ > 0))
    return;
  if (!waiting_since_ && speech_end_ >= speech_start_) {
    waiting_since_ = speech_end_; // from here on the caller waits for us
    fillers_ = 0;
  }
  endpoint_at_ = speech_end_;
  if (!turn_over_) // else the service has waited already
    endpoint_at_ += endpointing_.delay(dictating_, text_.empty() ? interim_ : text_);
  if (now >= endpoint_at_ && finals_due_ == 0)
    commit_turn(now, out);
}

void turn_machine::commit_turn(call_time now, outputs& out) {
  decided_at_ = now;
  waiting_since_ = speech_end_;
  endpointing_.observe_final_delay(final_delay_); // for the turns to come
  const bool fits = speculated_ && same_words(speculated_->text, text_);
  if (!fits) {
    drop_speculation(out);
    ++reply_;
  }
  speculated_.reset();
  reply_open_ = true;
  reply_heard_ = false;
  reply_to_ = text_;
  out.push_back(turn_effect::start_reply{reply_, text_, fits});
  forget_caller_turn();
}

void turn_machine::check_speculation(call_time now, outputs& out) {
  if (!may_speculate())
    return;
  auto text = speculation_.due(now);
  if (!text)
    return;
  speculation_.started();
  speculated_ = ahead{++reply_, std::move(*text)};
  out.push_back(turn_effect::speculate{reply_, speculated_->text});
}

void turn_machine::drop_speculation(outputs& out) {
  if (const auto dropped = std::exchange(speculated_, std::nullopt))
    out.push_back(turn_effect::drop_speculation{dropped->reply});
}

milliseconds turn_machine::filler_after() const {
  return tool_running_ ? settings_.filler_when_tool : settings_.filler_when_reply_late;
}

void turn_machine::check_dead_air(call_time now, outputs& out) {
  if (!waiting_since_ || speaking_ || paused_at_)
    return;
  const auto waited = now - *waiting_since_;
  if (waited >= settings_.turn_abandon) {
    abandon_turn(now, out);
    return;
  }
  if (playing_ || fillers_ >= fillers_max)
    return;
  const auto due = std::min(filler_after(), settings_.dead_air_max) + fillers_ * filler_every;
  if (waited < due)
    return;
  out.push_back(turn_effect::say_filler{fillers_ > 0    ? turn_effect::filler::still_there
                                        : tool_running_ ? turn_effect::filler::working
                                                        : turn_effect::filler::one_moment});
  ++fillers_;
}

void turn_machine::abandon_turn(call_time now, outputs& out) {
  if (reply_open_)
    out.push_back(turn_effect::cancel_reply{reply_});
  drop_speculation(out);
  reply_open_ = tool_running_ = false;
  waiting_since_.reset();
  fillers_ = 0;
  forget_caller_turn();
  if (++abandoned_ >= 2)
    out.push_back(turn_effect::take_message{"the reply did not come in time, twice"});
  else
    out.push_back(turn_effect::ask_again{});
  quiet_since_ = now;
}

void turn_machine::check_caller_silence(call_time now, outputs& out) {
  if (!quiet_since_ || now - *quiet_since_ < settings_.caller_silence)
    return;
  quiet_since_ = now;
  if (closing_) { // the farewell was never heard to its end: do not wait for ever
    closed_ = true;
    out.push_back(turn_effect::closing_heard{});
    return;
  }
  if (++silences_ > settings_.caller_silences_max) {
    out.push_back(turn_effect::end_call{"caller_silent"});
    return;
  }
  ++reply_;
  reply_open_ = true;
  reply_heard_ = false;
  reply_to_.clear();
  speech_end_ = decided_at_ = endpoint_at_ = now;
  waiting_since_ = now;
  quiet_since_.reset();
  out.push_back(turn_effect::prompt_silent_caller{reply_});
}

std::optional<call_time> turn_machine::next_deadline() const {
  std::optional<call_time> soonest;
  const auto at = [&](call_time when) { soonest = soonest ? std::min(*soonest, when) : when; };
  if (closed_)
    return soonest;
  if (quiet_since_)
    at(*quiet_since_ + settings_.caller_silence);
  if (closing_)
    return soonest;
  if (barge_since_ && speaking_ && playing_ && !filler_only_ && !paused_at_ && !protected_)
    at(*barge_since_ + settings_.barge_in_voice);
  if (paused_at_ && (!speaking_ || interim_.empty()))
    at(*paused_at_ + settings_.barge_in_resume);
  if (!speaking_ && !agent_has_floor() && has_words_ && finals_due_ == 0)
    at(endpoint_at_);
  if (may_speculate())
    if (const auto due = speculation_.next_deadline())
      at(*due);
  if (waiting_since_ && !speaking_ && !paused_at_) {
    at(*waiting_since_ + settings_.turn_abandon);
    if (!playing_ && fillers_ < fillers_max)
      at(*waiting_since_ + std::min(filler_after(), settings_.dead_air_max) +
         fillers_ * filler_every);
  }
  return soonest;
}

} // namespace trunkline
