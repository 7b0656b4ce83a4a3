#include "actors/tools/run_tool.hpp"

#include "actors/tools/tool_catalog.hpp"
#include "actors/tools/tool_runners.hpp"
#include "infra/privacy/person_keys.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>

namespace trunkline {

namespace {

using runner = tool_outcome (*)(const tool_run&);

constexpr struct {
  std::string_view name;
  runner run;
} runners[] = {
    {"answer_faq", run_answer_faq},           {"check_availability", run_check_availability},
    {"schedule_appointment", run_schedule},   {"reschedule_appointment", run_reschedule},
    {"cancel_appointment", run_cancel},       {"take_message", run_take_message},
    {"transfer_to_staff", run_transfer},      {"end_call", run_end_call},
    {"forget_caller", run_forget_caller},     {"search_knowledge", run_search_knowledge},
    {"switch_language", run_switch_language},
};

} // namespace

std::string tool_run::text(std::string_view name, size_t bytes_max) const {
  auto clean = clean_text(string_member(arguments, name), bytes_max);
  const auto first = clean.find_first_not_of(' ');
  const auto last = clean.find_last_not_of(' ');
  return first == std::string::npos ? std::string{} : clean.substr(first, last - first + 1);
}

const service* tool_run::find_service(const std::string& id) const {
  for (const auto& each : context.who.services)
    if (each.id == id)
      return &each;
  return nullptr;
}

const staff_member* tool_run::find_staff(const std::string& id) const {
  for (const auto& each : context.who.staff)
    if (each.id == id)
      return &each;
  return nullptr;
}

std::string tool_run::audit(const std::string& action, const nlohmann::json& detail) const {
  auto full = detail;
  full["tool_call_id"] = call.id;
  const auto written = context.store.put_audit({context.who.tenant_id, context.facts.call_sid,
                                                "agent", action, to_text(full), context.facts.now});
  return written ? std::string{} : "audit row not written: " + to_string(written.error());
}

tool_outcome refused(std::string_view error) {
  return {to_text({{"ok", false}, {"error", error}}), {}, {}, {}};
}

tool_outcome broken(const failure& what) {
  auto outcome = refused("unavailable");
  outcome.failure_text = to_string(what);
  return outcome;
}

tool_outcome succeeded(const nlohmann::json& result, tool_effect effect, std::string trouble) {
  auto full = result;
  full["ok"] = true;
  return {to_text(full), std::move(effect), std::move(trouble), {}};
}

tool_outcome run_take_message(const tool_run& run) {
  caller_message_record message;
  message.id = run.record_id();
  message.tenant_id = run.context.who.tenant_id;
  message.call_sid = run.context.facts.call_sid;
  message.caller_number = run.context.facts.caller_number;
  message.caller_name = run.text("name", 80);
  message.for_whom = run.text("for_staff", 120);
  message.text = run.text("text", 2000);
  message.created_at = run.context.facts.now;
  if (message.text.empty())
    return refused("empty_message");
  if (!message.for_whom.empty() && !run.find_staff(message.for_whom))
    return refused("unknown_staff");
  if (auto number = run.text("callback_number", 17); !number.empty()) {
    const auto known = parse_spoken_number(number);
    if (!known)
      return refused("bad_number");
    message.caller_number = *known;
  }
  if (const auto stored = run.context.store.put_message(message); !stored)
    return broken(stored.error());
  auto trouble = run.audit("message.taken", {{"message_id", message.id}});
  return succeeded({{"status", "taken"}, {"message_id", message.id}},
                   {tool_effect_kind::message_taken, {}, message.id}, std::move(trouble));
}

tool_outcome run_transfer(const tool_run& run) {
  auto target = run.text("staff", 120);
  if (target == "emergency" && run.context.who.emergency_number.empty())
    target = "front_desk";
  if (target == "front_desk")
    target = run.context.who.front_desk;
  if (target != "emergency" && !run.find_staff(target))
    return refused("unknown_staff");
  auto trouble = run.audit("call.transferred", {{"staff", target}});
  return succeeded({{"status", "connecting"}, {"staff", target}},
                   {tool_effect_kind::transfer, target, {}}, std::move(trouble));
}

tool_outcome run_end_call(const tool_run&) {
  return succeeded({{"status", "ending"}}, {tool_effect_kind::end_call, {}, {}});
}

tool_outcome run_switch_language(const tool_run& run) {
  const auto wanted = run.text("language", 35);
  const auto tags = language_tags(run.context.who);
  if (std::find(tags.begin(), tags.end(), wanted) == tags.end())
    return refused("unknown_language");
  tool_effect effect{tool_effect_kind::language, {}, {}};
  effect.language = wanted;
  return succeeded({{"status", "switched"}, {"speak_from_now_on", wanted}}, std::move(effect));
}

tool_outcome run_forget_caller(const tool_run& run) {
  const auto& facts = run.context.facts;
  const auto& tenant = run.context.who.tenant_id;
  if (!is_a_number(facts.caller_number))
    return succeeded({{"status", "nothing_remembered"}});
  const forget_row row{facts.call_sid, tenant, facts.caller_number, facts.now};
  if (const auto done = run.context.store.users().forget(row); !done)
    return broken(done.error());
  auto trouble = run.audit("caller.forgotten", nlohmann::json::object());
  return succeeded({{"status", "forgotten"},
                    {"kept", "appointments, and the records of calls until they are deleted after "
                             "their time or by the business on request"}},
                   {tool_effect_kind::forgotten, {}, {}}, std::move(trouble));
}

tool_outcome run_tool(const tool_call& call, tool_context context) {
  try {
    const auto arguments = checked_arguments(call.name, call.arguments);
    if (!arguments) {
      auto outcome = refused(arguments.error().kind == failure_kind::not_found ? "unknown_tool"
                                                                               : "bad_arguments");
      auto shown = nlohmann::json::parse(outcome.result_json);
      shown["message"] = arguments.error().context;
      outcome.result_json = to_text(shown);
      return outcome;
    }
    const tool_run run{call, *arguments, context};
    for (const auto& each : runners)
      if (each.name == call.name)
        return each.run(run);
    return refused("unknown_tool");
  } catch (const std::exception& problem) {
    return broken({failure_kind::internal, call.name + ": " + problem.what()});
  }
}

} // namespace trunkline
