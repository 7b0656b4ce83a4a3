#include "tests/faults/fault_stage.hpp"

#include <algorithm>

namespace trunkline::testing {

namespace {

using std::chrono::milliseconds;

milliseconds ms(media_time at) {
  return std::chrono::duration_cast<milliseconds>(at);
}

} // namespace

std::string heard_call::highest_rung() const {
  return rungs.empty() ? "" : *std::max_element(rungs.begin(), rungs.end());
}

std::string heard_call::told() const {
  std::string text = "ended: " + facts.ended_by +
                     ", longest silence: " + std::to_string(longest_silence.count()) + " ms\n" +
                     timeline;
  for (const auto& one : facts.carrier_said)
    text += "carrier said: " + one + "\n";
  if (!stored.is_object())
    return text + "not stored\n";
  text += "services: " + stored["services"].dump() + " end: " + stored.value("end_reason", "") +
          " outcome: " + stored.value("outcome", "") + "\n";
  for (const auto& turn : stored["turns"])
    text += turn.value("role", "") + " [" + turn.value("rung", "") + " " +
            turn.value("rung_reason", "") + "] " +
            turn.value(turn["role"] == "agent" ? "heard" : "text", "") + " " +
            turn["services"].dump() + "\n";
  return text;
}

staged_call::staged_call(running_engine& engine, const std::string& number,
                         const std::vector<std::string>& lines,
                         std::function<void(const std::string&)> before_line, milliseconds waits)
    : engine_(engine), before_line_(std::move(before_line)) {
  auto plan = running_engine::says(lines);
  plan.to = number;
  plan.habits = {waits, waits + milliseconds{500}, milliseconds{9000}};
  if (!plan.script.lines.empty())
    line_length_ = milliseconds{plan.script.lines[0].uses[0].audio->size() / 8};
  call = engine.place(std::move(plan), [this](const call_event& event) { on_event(event); });
}

void staged_call::on_event(const call_event& event) {
  const auto at = ms(event.at);
  switch (event.what) {
  case call_event::kind::caller_speaks:
    other_sounds_.push_back({at, at + line_length_, false});
    before_line_(event.text);
    break;
  case call_event::kind::carrier_says:
    other_sounds_.push_back({at, at, true});
    break;
  case call_event::kind::ended:
    ended_at_ = at;
    over_ = true;
    break;
  default:
    break;
  }
}

std::vector<staged_call::sound> staged_call::sounds() const {
  auto sounds = other_sounds_;
  for (const auto& one : call->ear().utterances())
    sounds.push_back({ms(one.from), ms(one.to), true});
  std::sort(sounds.begin(), sounds.end(),
            [](const auto& a, const auto& b) { return a.from < b.from; });
  return sounds;
}

milliseconds staged_call::longest_silence() const {
  milliseconds longest{0}, quiet_since{0};
  bool caller_was_last = false;
  for (const auto& one : sounds()) {
    if (one.ours)
      longest = std::max(longest, one.from - quiet_since);
    quiet_since = std::max(quiet_since, one.to);
    caller_was_last = !one.ours;
  }
  if (caller_was_last)
    longest = std::max(longest, ended_at_ - quiet_since);
  return longest;
}

heard_call staged_call::heard() {
  heard_call all;
  all.facts = call->facts();
  all.longest_silence = longest_silence();
  for (const auto& one : sounds())
    all.timeline += std::to_string(one.from.count()) + "-" + std::to_string(one.to.count()) +
                    (one.ours ? " agent\n" : " caller\n");
  all.stored = engine_.ended_call(all.facts.call_sid);
  if (all.stored.is_object())
    for (const auto& turn : all.stored["turns"])
      if (turn.value("role", "") == "agent") {
        all.rungs.push_back(turn.value("rung", ""));
        all.spoken += turn.value("heard", "") + "\n";
      }
  for (const auto& one : all.facts.carrier_said)
    all.spoken += one + "\n";
  return all;
}

} // namespace trunkline::testing
