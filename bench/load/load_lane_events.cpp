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

void load_lane::sample(load_metric what, const live_call& live, const call_event& event) {
  record_.samples.push_back({what, live.plan.at_s + std::chrono::duration<double>(event.at).count(),
                             to_ms(event.measured), live.plan.number});
}

void load_lane::on_event(live_call& live, const call_event& event) {
  const bool echo = setting_.callers[live.plan.caller].kind == habit::echo;
  switch (event.what) {
  case kind::answered:
    live.answered_at = event.at;
    if (setting_.carrier.stream_url.empty())
      sample(load_metric::webhook, live, event);
    break;
  case kind::stream_started:
    sample(load_metric::stream_open, live, event);
    ++progress_.streams;
    if (!std::exchange(live.streaming, true))
      ++progress_.streaming;
    break;
  case kind::stream_ended:
  case kind::ended:
    if (std::exchange(live.streaming, false))
      --progress_.streaming;
    break;
  case kind::caller_speaks:
    live.spoke = true;
    break;
  case kind::agent_heard:
    if (!echo)
      heard(live, event);
    break;
  case kind::answer_timed:
    if (!echo)
      sample(load_metric::response_gap, live, event);
    break;
  case kind::echo_heard:
    if (echo)
      sample(load_metric::round_trip, live, event);
    break;
  case kind::interrupted:
    if (!echo)
      sample(load_metric::barge_in_stop, live, event);
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

void load_lane::heard(live_call& live, const call_event& event) {
  if (!std::exchange(live.greeted, true) && !live.spoke) {
    auto greeting = event;
    greeting.measured = live.call->facts().first_heard - live.answered_at;
    sample(load_metric::greeting, live, greeting);
  }
  if (event.measured >= 0us)
    sample(load_metric::response_gap, live, event);
}

} // namespace trunkline
