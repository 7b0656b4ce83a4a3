#include "actors/dialog/llm_actor.hpp"

#include "infra/log/log.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace trunkline {

namespace {

bool is_bad_arguments(const std::string& result) {
  const auto value = nlohmann::json::parse(result, nullptr, false);
  return value.is_object() && string_member(value, "error") == "bad_arguments";
}

} // namespace

llm_state::llm_state(llm_actor::pointer self, uint64_t reply, unsigned attempt,
                     std::string id_prefix, std::shared_ptr<llm_provider> provider,
                     llm_request request, call_actor call)
    : self(self), guard(self), reply(reply), attempt(attempt), id_prefix(std::move(id_prefix)),
      provider(std::move(provider)), request(std::move(request)), call(std::move(call)) {}

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
  stream = provider->start(request,
                           [handle = self_handle<llm_actor>(self), round = round](llm_event event) {
                             tell_from_outside(handle, llm_reported{round, std::move(event)});
                           });
}

void llm_state::on_event(llm_event event) {
  if (auto* delta = std::get_if<reply_delta>(&event)) {
    spoken.text += delta->text;
    tell(self, call, reply_text{reply, attempt, std::move(delta->text)});
  } else if (auto* wanted = std::get_if<tool_call>(&event)) {
    on_tool_call(std::move(*wanted));
  } else if (auto* why = std::get_if<failure>(&event)) {
    fail(std::move(*why));
  } else {
    ended = std::get<llm_done>(event);
    round_over = true;
    on_round_end();
  }
}

void llm_state::on_tool_call(tool_call wanted) {
  if (++tools > tools_max) {
    fail(
        {failure_kind::bad_input, "more than " + std::to_string(tools_max) + " tool calls", false});
    return;
  }
  wanted.id = id_prefix + std::to_string(tools);
  spoken.tool_calls.push_back(wanted);
  tell(self, call, tool_wanted{reply, attempt, std::move(wanted)});
}

void llm_state::on_round_end() {
  if (!round_over || results.size() < spoken.tool_calls.size())
    return;
  if (spoken.tool_calls.empty() || round >= rounds_max) {
    tell(self, call, reply_done{reply, attempt, ended});
    self->quit();
    return;
  }
  const auto calls = spoken.tool_calls;
  request.messages.push_back(std::move(spoken));
  for (const auto& one : calls)
    request.messages.push_back({speaker::tool, results[one.id], {}, one.id});
  ask_model();
}

// Arguments that do not fit their schema are returned to the model once; a second time it will not
// do better.
void llm_state::on_tool_answer(tool_answered answer) {
  for (const auto& one : spoken.tool_calls) {
    if (one.id != answer.id)
      continue;
    if (is_bad_arguments(answer.result) && ++bad_arguments > 1) {
      fail({failure_kind::bad_input, "bad arguments of " + one.name + ", twice", false});
      return;
    }
    results[answer.id] = std::move(answer.result);
    on_round_end();
    return;
  }
}

void llm_state::fail(failure why) {
  log_event(log_level::warn, "llm.reply_failed",
            {{"provider", provider->name()}, {"error", to_string(why)}});
  tell(self, call, provider_failed{child_role::llm, std::move(why), attempt});
  self->quit(caf::make_error(ec::provider_lost));
}

} // namespace trunkline
