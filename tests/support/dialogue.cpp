#include "tests/support/dialogue.hpp"

#include "actors/tools/tool_catalog.hpp"
#include "infra/time/zone.hpp"
#include "tests/support/sample_assistant.hpp"

namespace trunkline::testing {

namespace {

constexpr int rounds_max = 8;

std::string first_words(const std::string& text, size_t count) {
  size_t at = 0;
  for (; count > 0 && at != std::string::npos; --count)
    at = text.find(' ', at == 0 ? 0 : at + 1);
  return text.substr(0, at);
}

} // namespace

dialogue::dialogue(memory_repository& store, std::string call_sid)
    : who{sample_assistant()}, store_{store} {
  facts.call_sid = std::move(call_sid);
  facts.caller_number = "+15551234567";
  facts.now = *to_utc(*parse_local_iso("2026-11-21T10:00"), who.time_zone);
  messages.push_back({speaker::agent, who.greeting, {}, {}});
}

llm_request dialogue::request() const {
  return {std::make_shared<assistant>(who), facts, {}, messages, tool_catalog(who)};
}

agent_step dialogue::peek(const std::string& line) const {
  auto asked = request();
  asked.messages.push_back({speaker::caller, line, {}, {}});
  return respond(asked);
}

std::string dialogue::say(const std::string& line) {
  transcript += "caller: " + line + "\n";
  messages.push_back({speaker::caller, line, {}, {}});
  return run();
}

std::string dialogue::silence() {
  messages.push_back({speaker::system, note_caller_silent, {}, {}});
  return run();
}

std::string dialogue::run() {
  std::string said;
  tools.clear();
  for (int round = 0; round < rounds_max; ++round) {
    const auto step = respond(request());
    const auto text = step.text();
    if (!text.empty())
      said += (said.empty() ? "" : " ") + text;
    if (!text.empty() || !step.tool_calls.empty())
      messages.push_back({speaker::agent, first_words(text, heard_words_max), step.tool_calls, {}});
    for (const auto& call : step.tool_calls) {
      tools.push_back(call.name);
      const auto outcome = run_tool(call, {store_, who, facts});
      messages.push_back({speaker::tool, outcome.result_json, {}, call.id});
      transcript += "tool: " + call.name + " " + call.arguments + " -> " +
                    outcome.result_json.substr(0, 200) + "\n";
      if (outcome.effect.kind == tool_effect_kind::none)
        continue;
      effects.push_back(outcome.effect);
      ended |= outcome.effect.kind == tool_effect_kind::end_call ||
               outcome.effect.kind == tool_effect_kind::transfer;
    }
    if (step.tool_calls.empty())
      break;
  }
  transcript += "agent: " + said + "\n";
  return said;
}

} // namespace trunkline::testing
