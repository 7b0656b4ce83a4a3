#include "actors/dialog/llm_actor.hpp"

#include "infra/log/log.hpp"

namespace trunkline {

llm_state::llm_state(llm_actor::pointer self, uint64_t reply,
                     std::shared_ptr<llm_provider> provider, llm_request request, call_actor call)
    : self(self), guard(self), reply(reply), provider(std::move(provider)),
      request(std::move(request)), call(std::move(call)) {}

llm_actor::behavior_type llm_state::make_behavior() {
  ask_model();
  return {
      [this](llm_reported& reported) {
        if (reported.round == round)
          on_event(std::move(reported.event));
      },
      [this](tool_answered& answer) { on_tool_answer(std::move(answer)); },
      [](ping_atom) {},
  };
}

void llm_state::ask_model() {
  ++round;
  round_over = false;
  spoken = {speaker::agent, {}, {}, {}};
  results.clear();
  stream = provider->start(
      request, [handle = self_handle<llm_actor>(self), round = round](llm_event event) {
        tell_from_outside(handle, llm_reported{round, std::move(event)});
      });
}

void llm_state::on_event(llm_event event) {
  if (auto* delta = std::get_if<reply_delta>(&event)) {
    spoken.text += delta->text;
    tell(self, call, reply_text{reply, std::move(delta->text)});
  } else if (auto* wanted = std::get_if<tool_call>(&event)) {
    spoken.tool_calls.push_back(*wanted);
    tell(self, call, tool_wanted{reply, std::move(*wanted)});
  } else if (auto* why = std::get_if<failure>(&event)) {
    log_event(log_level::warn, "llm.reply_failed",
              {{"provider", provider->name()}, {"error", to_string(*why)}});
    self->quit(caf::make_error(ec::provider_lost));
  } else {
    round_over = true;
    on_round_end();
  }
}

void llm_state::on_round_end() {
  if (!round_over || results.size() < spoken.tool_calls.size())
    return;
  if (spoken.tool_calls.empty() || round >= rounds_max) {
    tell(self, call, reply_done{reply});
    self->quit();
    return;
  }
  const auto calls = spoken.tool_calls;
  request.messages.push_back(std::move(spoken));
  for (const auto& one : calls)
    request.messages.push_back({speaker::tool, results[one.id], {}, one.id});
  ask_model();
}

void llm_state::on_tool_answer(tool_answered answer) {
  for (const auto& one : spoken.tool_calls)
    if (one.id == answer.id) {
      results[answer.id] = std::move(answer.result);
      on_round_end();
      return;
    }
}

} // namespace trunkline
