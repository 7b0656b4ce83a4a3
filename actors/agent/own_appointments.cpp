#include "actors/agent/receptionist.hpp"
#include "actors/agent/wording.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

using date::days;

namespace {

constexpr size_t appointments_named_max = 4;

} // namespace

void receptionist::start_cancelling() {
  state_.doing = task::cancelling;
  state_.appointments.clear();
  state_.appointment.reset();
  state_.asked = question::which_appointment;
  call_tool("cancel_appointment", nlohmann::json::object());
}

void receptionist::start_moving(const understood& heard) {
  state_.doing = task::moving;
  state_.appointments.clear();
  state_.appointment.reset();
  state_.day.reset(), state_.time.reset(), state_.clock.reset(), state_.part.reset();
  state_.known.reset();
  state_.offered.clear();
  absorb(heard);
  state_.asked = question::which_appointment;
  call_tool("reschedule_appointment", nlohmann::json::object());
}

// The tool's list of what the caller has booked.
void receptionist::appointments_found(const nlohmann::json& answer) {
  state_.appointments.clear();
  const auto rows = answer.find("appointments");
  if (rows != answer.end() && rows->is_array())
    for (const auto& row : *rows) {
      const auto start = parse_local_iso(string_member(row, "start"));
      if (start && state_.appointments.size() < appointments_named_max)
        state_.appointments.push_back({string_member(row, "id"), string_member(row, "service"),
                                       *start, string_member(row, "name")});
    }
  if (state_.appointments.empty()) {
    state_.doing = task::none;
    state_.interrupted = question::how_can_i_help;
    say("I can't find an appointment under the number you're calling from.");
    return ask(question::offer_message);
  }
  if (state_.appointments.size() == 1) {
    state_.appointment = 0;
    return continue_with_appointment();
  }
  std::string list;
  for (const auto& row : state_.appointments)
    list += (list.empty()                              ? ""
             : row.id == state_.appointments.back().id ? ", and "
                                                       : ", ") +
            describe(row);
  say("I see " + list + ".");
  ask(question::which_appointment);
}

void receptionist::continue_with_appointment() {
  const auto& row = state_.appointments[*state_.appointment];
  if (state_.doing == task::cancelling) {
    say("I see " + describe(row) + ".");
    return ask(question::cancel_it);
  }
  // "Move it to three": the day stays.
  if (state_.clock && !state_.day)
    state_.day = date::floor<days>(row.start);
  if (!state_.day)
    say("I see " + describe(row) + ".");
  advance();
}

std::string receptionist::describe(const own_appointment& row) const {
  std::string name = "appointment";
  for (const auto& each : who_.services)
    if (each.id == row.service_id)
      name = each.name;
  return with_article(name) + " on " + say_when(row.start);
}

bool receptionist::answer_which(const understood& heard) {
  if (!has_appointment() && state_.appointments.empty())
    return false; // the list is still to come
  if (state_.asked == question::cancel_it && has_appointment()) {
    if (heard.yes || (heard.wants == intent::cancel && !heard.no))
      call_tool(
          "cancel_appointment",
          {{"appointment_id", state_.appointments[*state_.appointment].id}, {"confirmed", true}});
    else if (heard.no)
      drop_task();
    else
      return false;
    return true;
  }
  const auto count = static_cast<int>(state_.appointments.size());
  std::vector<size_t> fitting;
  for (size_t i = 0; i < state_.appointments.size(); ++i) {
    const auto& row = state_.appointments[i];
    const bool service = heard.service && who_.services[*heard.service].id == row.service_id;
    const bool day = heard.when.day && *heard.when.day == date::floor<days>(row.start);
    const bool weekday =
        heard.when.day && weekday_of(*heard.when.day) == weekday_of(date::floor<days>(row.start));
    if ((!heard.service || service) && (!heard.when.day || day || weekday) &&
        (heard.service || heard.when.day))
      fitting.push_back(i);
  }
  if (fitting.size() == 1)
    state_.appointment = fitting.front();
  else if (heard.choice)
    state_.appointment =
        static_cast<size_t>(*heard.choice < 0 ? count - 1 : std::min(*heard.choice, count - 1));
  else if (heard.no && !heard.has_slot())
    return drop_task(), true;
  else
    return false;
  continue_with_appointment();
  return true;
}

} // namespace trunkline
