#include "actors/call/after_page.hpp"

#include "protocol/phrases/catalogue.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr std::array kinds = {"resume", "hang_up", "transfer", "message"};
std::string number_of(const std::string& staff_id, const assistant& who) {
  if (staff_id == "emergency")
    return who.emergency_number;
  for (const auto& one : who.staff)
    if (one.id == staff_id)
      return one.number;
  return {};
}

std::string sentence_then(const std::string& first, const std::string& second) {
  return first.empty() ? second : first + " " + second;
}

} // namespace

std::string to_json(const next_step& step) {
  return json{{"what", kinds[static_cast<size_t>(step.what)]},
              {"say", step.say},
              {"staff_id", step.staff_id}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

next_step next_step_from(std::string_view text) {
  next_step step;
  const auto value = json::parse(text, nullptr, false);
  if (!value.is_object())
    return step;
  const auto read = [&](const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  const auto kind = std::find(kinds.begin(), kinds.end(), read("what"));
  if (kind != kinds.end())
    step.what = static_cast<next_step::kind>(kind - kinds.begin());
  step.say = read("say");
  step.staff_id = read("staff_id");
  return step;
}

std::string language_of(const call_record& call) {
  const auto services = json::parse(call.services_json, nullptr, false);
  const auto found = services.is_object() ? services.find("language") : services.end();
  return found != services.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::shared_ptr<const assistant> as_in_call(std::shared_ptr<const assistant> who,
                                            const call_record& call) {
  const auto tag = language_of(call);
  if (who->languages.empty() || tag == who->language)
    return who;
  return std::make_shared<const assistant>(tag.empty() ? answering(*who, call.called_number)
                                                       : in_language(*who, tag));
}

after_plan decide_after(const after_request& request, const std::optional<call_record>& call,
                        const assistant& who) {
  using stage = after_request::stage;
  const auto say = [&](phrase what) { return std::string{phrase_text(what, who.language)}; };
  const auto take_a_message = say(phrase::leave_message);
  if (request.caller_gone)
    return {after_plan::kind::hang_up, {}, {}};
  if (request.from == stage::recorded)
    return {after_plan::kind::hang_up, say(phrase::message_saved), {}};
  if (request.from == stage::dialled)
    return request.transfer_done
               ? after_plan{after_plan::kind::hang_up, {}, {}}
               : after_plan{after_plan::kind::message, say(phrase::nobody_answered), {}};
  if (!call)
    return {after_plan::kind::message, take_a_message, {}};
  const auto step = next_step_from(call->next_step);
  switch (step.what) {
  case next_step::kind::hang_up:
    return {after_plan::kind::hang_up, step.say, {}};
  case next_step::kind::transfer: {
    auto number = number_of(step.staff_id, who);
    if (!number.empty())
      return {after_plan::kind::transfer, step.say, std::move(number)};
    return {after_plan::kind::message, sentence_then(step.say, take_a_message), {}};
  }
  case next_step::kind::message:
    return {after_plan::kind::message, sentence_then(step.say, take_a_message), {}};
  case next_step::kind::resume:
    break;
  }
  if (call->resumes >= resumes_max)
    return {after_plan::kind::message, sentence_then(step.say, take_a_message), {}};
  return {after_plan::kind::resume, step.say, {}};
}

} // namespace trunkline
