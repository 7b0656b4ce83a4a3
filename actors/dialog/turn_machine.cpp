#include "actors/dialog/turn_machine.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

// Voice shorter than this that yields no words is a cough or a click, not a turn.
constexpr milliseconds noise_max{600};
// Between one filler and the next.
constexpr milliseconds filler_every{2500};
// The second and later fillers of a wait stop before the turn is abandoned.
constexpr unsigned fillers_max = 3;

void join(std::string& text, const std::string& more) {
  if (more.empty())
    return;
  if (!text.empty())
    text += ' ';
  text += more;
}

} // namespace

turn_machine::turn_machine(const turn_settings& settings)
    : settings_(settings), endpointing_(settings) {}

std::vector<turn_output> turn_machine::on(const turn_input& input, call_time now) {
  outputs out;
  if (closed_)
    return out;
  std::visit([&](const auto& event) { on_event(event, now, out); }, input);
  if (!std::holds_alternative<turn_event::tick>(input))
    on_event(turn_event::tick{}, now, out); // a late event may find a deadline already past
  return out;
}

void turn_machine::on_event(const turn_event::speech_started& event, call_time now, outputs&) {
  if (closing_)
    return;
  if (caller_turn_open() && !speaking_)
    endpointing_.observe_pause(std::min(event.at - speech_end_, settings_.endpoint_max));
  speaking_ = true;
  speech_start_ = event.at;
  ++finals_due_;
  quiet_since_.reset();
  if (agent_has_floor())
    barge_since_ = now;
}

void turn_machine::on_event(const turn_event::speech_ended& event, call_time, outputs&) {
  if (closing_ || !speaking_)
    return;
  speaking_ = false;
  speech_end_ = event.at;
  barge_since_.reset();
}

void turn_machine::on_event(const turn_event::transcript& event, call_time now, outputs& out) {
  if (closing_)
    return;
  if (event.is_final)
    on_final(event, now, out);
  else {
    interim_ = event.text;
    if (agent_has_floor())
      weigh_interjection(event, out);
  }
}

void turn_machine::on_final(const turn_event::transcript& event, call_time now, outputs& out) {
  if (finals_due_ > 0)
    --finals_due_;
  interim_.clear();
  final_delay_ = speaking_ ? milliseconds{0} : std::max(now - speech_end_, milliseconds{0});
  if (agent_has_floor()) {
    weigh_interjection(event, out);
    if (agent_has_floor())
      return; // an acknowledgement, or noise: the agent keeps the floor
  }
  const bool long_enough = speech_end_ - speech_start_ >= noise_max;
  if (!event.text.empty()) {
    join(text_, event.text);
    has_words_ = true;
  } else if (event.rejected && long_enough) {
    rejected_ = true;
    has_words_ = true;
  }
  if (!has_words_ && !speaking_ && finals_due_ == 0) { // noise: the caller has not spoken
    quiet_since_ = now;
    waiting_since_.reset();
    fillers_ = 0;
  }
  silences_ = has_words_ ? 0 : silences_;
}

void turn_machine::weigh_interjection(const turn_event::transcript& event, outputs& out) {
  if (protected_)
    return;
  switch (classify_interjection(event.text, event.is_final, settings_)) {
  case interjection::interrupt:
  case interjection::stop:
    take_floor(out, true);
    return;
  case interjection::acknowledge:
  case interjection::none:
    break;
  }
  if (event.is_final && paused_at_) {
    paused_at_.reset();
    out.push_back(turn_effect::resume_playout{});
  }
}

// The caller takes the floor. A reply that nobody has heard yet means that the caller had not
// finished: the turn is opened again with what was said before.
void turn_machine::take_floor(outputs& out, bool barge_in) {
  if (reply_open_)
    out.push_back(turn_effect::cancel_reply{reply_});
  if (playing_ || paused_at_)
    out.push_back(turn_effect::stop_playout{barge_in});
  if (!reply_heard_ && reply_open_) {
    auto earlier = std::exchange(reply_to_, {});
    join(earlier, text_);
    text_ = std::move(earlier);
    has_words_ = !text_.empty();
  }
  reply_open_ = playing_ = filler_only_ = tool_running_ = false;
  paused_at_.reset();
  barge_since_.reset();
  waiting_since_.reset();
  fillers_ = 0;
}

void turn_machine::on_event(const turn_event::key_pressed& event, call_time now, outputs& out) {
  if (closing_)
    return;
  if (!protected_ && agent_has_floor())
    take_floor(out, true);
  join(text_, std::string{"key "} + event.digit);
  has_words_ = true;
  quiet_since_.reset();
  if (!speaking_)
    speech_end_ = now;
}

void turn_machine::on_event(const turn_event::recogniser_lost&, call_time, outputs&) {
  if (finals_due_ == 0)
    return;
  finals_due_ = 0;
  rejected_ = true;
  has_words_ = true;
}

void turn_machine::on_event(const turn_event::reply_speaking& event, call_time, outputs&) {
  if (event.reply == reply_)
    tool_running_ = false;
}

void turn_machine::on_event(const turn_event::reply_finished& event, call_time now, outputs&) {
  if (event.reply != reply_ || !reply_open_)
    return;
  reply_open_ = false;
  tool_running_ = false;
  if (!playing_ && reply_heard_) {
    quiet_since_ = now;
    waiting_since_.reset();
  }
}

void turn_machine::on_event(const turn_event::tool_started&, call_time, outputs&) {
  tool_running_ = true;
}

void turn_machine::on_event(const turn_event::tool_finished&, call_time, outputs&) {
  tool_running_ = false;
}

void turn_machine::on_event(const turn_event::playout_started& event, call_time, outputs&) {
  quiet_since_.reset();
  filler_only_ = event.filler && (filler_only_ || !playing_);
  playing_ = true;
  if (event.filler)
    return;
  reply_heard_ = true;
  waiting_since_.reset();
  fillers_ = 0;
}

void turn_machine::on_event(const turn_event::playout_idle&, call_time now, outputs& out) {
  playing_ = filler_only_ = false;
  protected_ = false;
  barge_since_.reset();
  if (closing_) {
    closed_ = true;
    out.push_back(turn_effect::closing_heard{});
    return;
  }
  if (reply_open_ && !waiting_since_)
    waiting_since_ = now; // more of the reply is to come, and it must not come too late either
  if (!reply_open_ && !caller_turn_open() && !waiting_since_)
    quiet_since_ = now;
}

void turn_machine::on_event(const turn_event::closing&, call_time now, outputs& out) {
  closing_ = true;
  waiting_since_.reset();
  // The watch over a farewell that nobody hears; one that is being heard may take its time.
  quiet_since_ = playing_ ? std::nullopt : std::optional{now};
  if (paused_at_) {
    paused_at_.reset();
    out.push_back(turn_effect::resume_playout{});
  }
  forget_caller_turn();
}

void turn_machine::forget_caller_turn() {
  speaking_ = has_words_ = rejected_ = false;
  finals_due_ = 0;
  text_.clear();
  interim_.clear();
}

void turn_machine::on_event(const turn_event::tick&, call_time now, outputs& out) {
  if (!closing_) {
    check_barge_in(now, out);
    check_endpoint(now, out);
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
  endpoint_at_ = speech_end_ + endpointing_.delay(dictating_, text_.empty() ? interim_ : text_);
  if (now >= endpoint_at_ && finals_due_ == 0)
    commit_turn(now, out);
}

void turn_machine::commit_turn(call_time now, outputs& out) {
  decided_at_ = now;
  waiting_since_ = speech_end_;
  endpointing_.observe_final_delay(final_delay_); // for the turns to come
  ++reply_;
  reply_open_ = true;
  reply_heard_ = false;
  reply_to_ = text_;
  out.push_back(turn_effect::start_reply{reply_, text_});
  forget_caller_turn();
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
  out.push_back(turn_effect::say_filler{
      fillers_ > 0    ? turn_effect::filler::still_there
      : tool_running_ ? turn_effect::filler::working
                      : turn_effect::filler::one_moment});
  ++fillers_;
}

void turn_machine::abandon_turn(call_time now, outputs& out) {
  if (reply_open_)
    out.push_back(turn_effect::cancel_reply{reply_});
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
  if (waiting_since_ && !speaking_ && !paused_at_) {
    at(*waiting_since_ + settings_.turn_abandon);
    if (!playing_ && fillers_ < fillers_max)
      at(*waiting_since_ + std::min(filler_after(), settings_.dead_air_max) +
         fillers_ * filler_every);
  }
  return soonest;
}

} // namespace trunkline
