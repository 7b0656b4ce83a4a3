#include "actors/dialog/turn_machine.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

// Voice shorter than this that yields no words is a cough or a click, not a turn.
constexpr milliseconds noise_max{600};

void join(std::string& text, const std::string& more) {
  if (more.empty())
    return;
  if (!text.empty())
    text += ' ';
  text += more;
}

} // namespace

turn_machine::turn_machine(const turn_settings& settings)
    : settings_(settings), endpointing_(settings), speculation_(settings) {}

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
  turn_over_ = false;
  speech_start_ = event.at;
  speculation_.voice_began();
  ++utterances_;
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
  speculation_.voice_ended(event.audio);
  barge_since_.reset();
}

void turn_machine::on_event(const turn_event::transcript& event, call_time now, outputs& out) {
  if (closing_)
    return;
  const bool was_over = std::exchange(turn_over_, event.turn_over) && !event.is_final;
  if (event.is_final)
    on_final(event, now, out);
  else {
    interim_ = event.text;
    if (agent_has_floor())
      weigh_interjection(event, out);
  }
  if (agent_has_floor())
    return;
  auto words = text_;
  join(words, interim_);
  if (speculated_ && (!same_words(words, speculated_->text) || (was_over && !event.turn_over)))
    drop_speculation(out);
  // Nothing is missing after the last final.
  const bool complete = event.is_final && finals_due_ == 0;
  speculation_.words(std::move(words), complete ? milliseconds::max() : event.audio_end,
                     event.turn_over, now);
}

void turn_machine::on_final(const turn_event::transcript& event, call_time now, outputs& out) {
  const auto after = event.utterance > 0 && event.utterance <= utterances_
                         ? static_cast<unsigned>(utterances_ - event.utterance)
                         : finals_due_ - std::min(finals_due_, 1u);
  finals_due_ = std::min(finals_due_, after);
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

void turn_machine::on_event(const turn_event::listening_over&, call_time now, outputs& out) {
  drop_speculation(out);
  if (reply_open_)
    out.push_back(turn_effect::cancel_reply{reply_});
  reply_open_ = tool_running_ = false;
  waiting_since_.reset();
  fillers_ = 0;
  forget_caller_turn();
  quiet_since_ = now;
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

// Words decide what becomes of it, as of any pause.
void turn_machine::on_event(const turn_event::playout_cut&, call_time now, outputs& out) {
  if (closing_ || protected_ || !playing_)
    out.push_back(turn_effect::resume_playout{});
  else if (!paused_at_)
    paused_at_ = now;
}

void turn_machine::on_event(const turn_event::caller_silent&, call_time now, outputs&) {
  if (!closing_ && !agent_has_floor() && !caller_turn_open())
    quiet_since_ = now - settings_.caller_silence;
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
  drop_speculation(out);
  forget_caller_turn();
}

void turn_machine::forget_caller_turn() {
  speculation_.forget_turn();
  speaking_ = has_words_ = rejected_ = turn_over_ = false;
  finals_due_ = 0;
  text_.clear();
  interim_.clear();
}

} // namespace trunkline
