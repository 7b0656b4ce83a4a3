// What the caller hears and says, and what is measured between the two.

#include "bench/carrier/simulated_call.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using kind = call_event::kind;

constexpr auto utterance_over = 300ms;
constexpr auto still_speaking = 60ms; // since its last sound, in a word's own pauses
constexpr auto turn_pause = 1s;       // shorter ones are between words of one turn

} // namespace

void simulated_call::tick(media_time at) {
  watch_agent(at);
  if (!streaming() || speaking() || ended_)
    return;
  if (const auto action = caller_.decide(at, ear_))
    act(*action);
}

void simulated_call::watch_agent(media_time at) {
  const auto& heard = ear_.utterances();
  if (heard.size() > utterances_seen_) {
    utterances_seen_ = heard.size();
    agent_quiet_noted_ = false;
    heard_something(heard.back().from);
  }
  if (unanswered_since_ >= 0us && ear_.last_heard() > unanswered_since_)
    unanswered_since_ = ear_.last_heard(); // it was speaking over us, and still is
  for (const auto& gaps = ear_.gaps(); gaps_seen_ < gaps.size(); ++gaps_seen_)
    note(kind::playout_gap, {}, gaps[gaps_seen_].to - gaps[gaps_seen_].from);
  if (!agent_quiet_noted_ && at - ear_.last_heard() >= utterance_over) {
    agent_quiet_noted_ = true;
    clear_due_ = media_time{-1}; // by itself, or we have heard the clear
    watch_interruption(ear_.last_heard());
    note(kind::agent_quiet, std::to_string((heard.back().to - heard.back().from) / 1ms));
  }
}

// The agent, or the carrier's own voice, becomes audible.
void simulated_call::heard_something(media_time at) {
  const auto gap = take_gap(at);
  end_dead_air(at);
  if (facts_.first_heard == 0us)
    facts_.first_heard = at;
  if (!streaming())
    return;
  note(kind::agent_heard, gap < 0us ? "" : std::to_string(gap / 1ms), gap);
  if (voice_since_ >= 0us && at >= voice_since_)
    note(kind::echo_heard, {}, at - std::exchange(voice_since_, media_time{-1}));
}

void simulated_call::end_dead_air(media_time at) {
  if (unanswered_since_ >= 0us && at >= unanswered_since_)
    note(kind::dead_air, {}, at - std::exchange(unanswered_since_, media_time{-1}));
}

// How long we have waited for this sound; -1 when we had not.
media_time simulated_call::take_gap(media_time at) {
  if (awaiting_since_ < 0us || at < awaiting_since_)
    return media_time{-1};
  const auto gap = at - std::exchange(awaiting_since_, media_time{-1});
  facts_.gaps.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(gap));
  return gap;
}

void simulated_call::voice_sent(media_time at) {
  const auto awaited = std::exchange(awaiting_since_, media_time{-1});
  const bool another_line = std::exchange(line_begins_, false); // else a pause between its words
  if (awaited >= 0us && ear_.last_heard() <= awaited && another_line)
    note(kind::unanswered);
  voice_since_ = at;
  if (!agent_quiet_noted_ && at - ear_.last_heard() < still_speaking)
    barge_in_since_ = at;
}

void simulated_call::voice_changed(media_time at, const voice_event& event) {
  const bool decided = clear_due_ >= 0us && at >= clear_due_;
  if (event.what == voice_event::kind::ended) {
    voice_end_ = at - (event.noticed - event.at);
    if (!decided)
      clear_due_ = media_time{-1};
    return;
  }
  voice_end_ = media_time{-1};
  if (plan_.barge_in_decided > 0ms && !agent_quiet_noted_ && !decided)
    clear_due_ = at + plan_.barge_in_decided;
}

// The server has dropped what we had not heard.
void simulated_call::cleared(media_time at) {
  watch_interruption(at);
  if (clear_due_ >= 0us)
    note(kind::cleared, {}, at - std::exchange(clear_due_, media_time{-1}));
}

// The agent is silent from then on, by itself or because it has heard us.
void simulated_call::watch_interruption(media_time stopped) {
  const auto since = std::exchange(barge_in_since_, media_time{-1});
  if (since >= 0us && stopped > since) // else it had come to its end just then
    note(kind::interrupted, {}, stopped - since);
}

void simulated_call::act(const scripted_caller::action& action) {
  hang_up_after_line_ = action.hang_up;
  hang_up_why_ = action.why_hang_up;
  if (!action.dtmf.empty()) {
    note(kind::caller_presses, action.dtmf);
    for (const char key : action.dtmf)
      if (key != 'w' && leg_)
        leg_->press(key);
      else if (key != 'w' && words_)
        words_->press(key);
  }
  if (!action.text.empty())
    note(kind::caller_speaks, action.text);
  line_begins_ = true;
  if (leg_)
    leg_->say(action.audio);
  else if (words_ && !action.text.empty())
    words_->say(action.text, action.audio);
  else
    line_spoken(now());
}

void simulated_call::say(const std::string& text, mulaw_audio audio) {
  if (streaming())
    act({text, std::move(audio), {}, false, {}});
}

void simulated_call::line_spoken(media_time at) {
  caller_.line_ended(at);
  awaiting_since_ = words_end_ = at;
  if (unanswered_since_ < 0us && !hang_up_after_line_)
    unanswered_since_ = at;
  // A quick answer may have begun while the silence at the end of our line still went out.
  const auto& heard = ear_.utterances();
  const auto answer = std::find_if(heard.begin(), heard.end(),
                                   [&](const auto& utterance) { return utterance.from >= at; });
  if (answer != heard.end())
    end_dead_air(answer->from);
  if (answer != heard.end())
    if (const auto gap = take_gap(answer->from); leg_)
      note(kind::answer_timed, {}, gap);
  if (hang_up_after_line_) // not from inside the leg
    boost::asio::post(io_, [self = shared_from_this()] { self->hang_up(self->hang_up_why_); });
}

} // namespace trunkline
