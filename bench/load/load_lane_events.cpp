// What a lane takes down of its calls, and the callers it makes them with.

#include "bench/load/load_lane.hpp"
#include "bench/load/usual_lines.hpp"

#include <algorithm>

namespace trunkline {

namespace {

using namespace std::chrono_literals;
using kind = call_event::kind;
using habit = load_caller::habit;

constexpr unsigned patient = 86'400; // seconds; only the plan ends a call

double to_ms(media_time time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

} // namespace

std::string_view to_string(call_end how) {
  constexpr std::string_view names[]{"completed", "server_ended", "rejected", "failed", "cut"};
  return names[static_cast<size_t>(how)];
}

result<std::vector<prepared_caller>> prepare_callers(const load_scenario& scenario) {
  std::vector<prepared_caller> all;
  for (const auto& caller : scenario.callers) {
    auto& made = all.emplace_back();
    made.kind = caller.kind;
    made.channel = caller.channel;
    made.injected_ms = caller.injected_ms;
    made.habits.silence = std::chrono::milliseconds{scenario.think_ms};
    made.habits.hang_up = made.habits.patience = std::chrono::seconds{patient};
    made.habits.speak_anyway = std::chrono::milliseconds{scenario.speak_anyway_ms};
    made.habits.starts_over = true;
    const auto& lines = caller.lines.empty() ? usual_lines(caller.kind) : caller.lines;
    for (const auto& text : lines) {
      auto audio = speak(scenario.voice, text);
      if (!audio)
        return audio.error();
      auto& line = made.script.lines.emplace_back();
      line.uses.push_back({text, std::move(*audio)});
      if (caller.kind == habit::barge_in)
        line.line.barge_in = std::chrono::milliseconds{scenario.barge_in_ms};
    }
    if (caller.kind == habit::dtmf) {
      auto& line = made.script.lines.emplace_back();
      line.line.dtmf = caller.keys.empty() ? "1" : caller.keys;
      line.uses.emplace_back();
    }
  }
  return all;
}

const prepared_caller& load_lane::caller_of(const live_call& live) const {
  return setting_.callers[live.plan.caller];
}

void load_lane::sample(load_metric what, const live_call& live, const call_event& event) {
  record_.samples.push_back({what, live.plan.at_s + std::chrono::duration<double>(event.at).count(),
                             to_ms(event.measured), live.plan.number, caller_of(live).channel});
}

void load_lane::on_event(live_call& live, const call_event& event) {
  switch (event.what) {
  case kind::answered:
    live.answered_at = event.at;
    if (setting_.carrier.stream_url.empty())
      sample(load_metric::webhook, live, event);
    break;
  case kind::stream_started:
    sample(load_metric::stream_open, live, event);
    carried(live);
    break;
  case kind::stream_ended:
  case kind::ended:
    if (std::exchange(live.streaming, false))
      --progress_.streaming;
    break;
  case kind::caller_speaks:
    live.spoke = true;
    break;
  default:
    if (caller_of(live).channel == call_channel::media_stream)
      on_media_event(live, event);
    else
      on_words_event(live, event);
  }
}

void load_lane::carried(live_call& live) {
  ++progress_.streams;
  if (!std::exchange(live.streaming, true))
    ++progress_.streaming;
}

void load_lane::on_media_event(live_call& live, const call_event& event) {
  const bool echo = caller_of(live).kind == habit::echo;
  switch (event.what) {
  case kind::agent_heard:
    if (echo)
      break;
    greeted(live, event, live.call->facts().first_heard);
    if (event.measured >= 0us)
      answered(live, event);
    break;
  case kind::answer_timed:
    if (!echo)
      answered(live, event);
    break;
  case kind::echo_heard:
    if (echo)
      sample(load_metric::round_trip, live, event);
    break;
  case kind::interrupted:
    if (!echo)
      sample(load_metric::barge_in_stop, live, event);
    break;
  case kind::cleared:
    sample(load_metric::clear, live, event);
    break;
  case kind::dead_air:
    if (!echo)
      sample(load_metric::dead_air, live, event);
    break;
  case kind::playout_gap:
    sample(load_metric::playout_gap, live, event);
    break;
  case kind::unanswered:
    if (!echo)
      ++record_.turns_unanswered;
    break;
  default:
    break;
  }
}

// The carrier hears and speaks: what counts is when words leave and when text comes. What its voice
// and its recogniser take is the stand-in's, and is not measured.
void load_lane::on_words_event(live_call& live, const call_event& event) {
  switch (event.what) {
  case kind::gather_began:
    if (caller_of(live).channel == call_channel::gather)
      carried(live);
    break;
  case kind::reply_began:
    if (caller_of(live).channel == call_channel::relay)
      greeted(live, event, live.call->facts().first_text);
    if (event.measured >= 0us)
      answered(live, event);
    break;
  case kind::reply_ended:
    sample(load_metric::reply_done, live, event);
    break;
  case kind::page_given:
    if (caller_of(live).channel == call_channel::gather)
      sample(load_metric::page_webhook, live, event);
    break;
  case kind::reply_awaited:
    ++record_.fillers;
    break;
  case kind::unanswered:
    ++record_.turns_unanswered;
    break;
  default:
    break;
  }
}

void load_lane::greeted(live_call& live, const call_event& event, media_time at) {
  if (std::exchange(live.greeted, true) || live.spoke)
    return;
  auto greeting = event;
  greeting.measured = at - live.answered_at;
  sample(load_metric::greeting, live, greeting);
}

void load_lane::answered(const live_call& live, const call_event& event) {
  sample(load_metric::response_gap, live, event);
  const auto& injected = caller_of(live).injected_ms;
  if (!injected)
    return;
  auto rest = event;
  rest.measured += live.call->voice_tail() - std::chrono::milliseconds{*injected};
  sample(load_metric::added, live, rest);
}

} // namespace trunkline
