#include "actors/agent/receptionist.hpp"
#include "actors/agent/wording.hpp"
#include "actors/tools/availability.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace trunkline {

using date::days;

namespace {

constexpr size_t offers_max = 3;

std::vector<local_minute> spread(const std::vector<local_minute>& times) {
  if (times.size() <= offers_max)
    return times;
  return {times.front(), times[times.size() / 2], times.back()};
}

std::vector<local_minute> closest(std::vector<local_minute> times, local_minute wanted) {
  std::stable_sort(times.begin(), times.end(), [&](local_minute a, local_minute b) {
    return std::abs((a - wanted).count()) < std::abs((b - wanted).count());
  });
  if (times.size() > offers_max)
    times.resize(offers_max);
  std::sort(times.begin(), times.end());
  return times;
}

const char* part_word(day_part part) {
  switch (part) {
  case day_part::morning:
    return "morning";
  case day_part::afternoon:
    return "afternoon";
  case day_part::evening:
    break;
  }
  return "evening";
}

// Why nothing can be had on a day, as the start of a sentence.
std::string day_problem(const known_day& known) {
  const auto day = say_day(known.day);
  if (known.status == "past")
    return day + " is already over.";
  if (known.status == "too_far")
    return day + " is further ahead than I can book.";
  if (known.status == "holiday")
    return "We're closed for the holiday on " + day + ".";
  if (known.status == "closed")
    return "We're closed on " + day + ".";
  return "I have nothing free on " + day + ".";
}

} // namespace

const std::string& receptionist::service_id() const {
  static const std::string none;
  if (state_.doing == task::moving && has_appointment())
    return state_.appointments[*state_.appointment].service_id;
  return state_.service ? who_.services[*state_.service].id : none;
}

std::string receptionist::service_name() const {
  for (const auto& each : who_.services)
    if (each.id == service_id())
      return each.name;
  return "visit";
}

std::string receptionist::for_name() const {
  return state_.name.empty() || state_.name == "caller" ? std::string{} : ", for " + state_.name;
}

bool receptionist::has_appointment() const {
  return state_.appointment && *state_.appointment < state_.appointments.size();
}

void receptionist::start_booking(const understood& heard, task what) {
  if (who_.services.empty()) {
    say("I'm sorry, I can't book appointments.");
    state_.interrupted = question::how_can_i_help;
    return ask(question::offer_message);
  }
  state_.doing = what;
  state_.appointment.reset();
  absorb(heard);
  advance();
}

// Everything a line says about the appointment, over what was known before.
void receptionist::absorb(const understood& heard) {
  if (heard.service && state_.doing != task::moving && heard.service != state_.service) {
    state_.service = heard.service;
    state_.known.reset();
  }
  const auto& when = heard.when;
  if (when.day && when.day != state_.day) {
    state_.day = when.day;
    state_.known.reset();
    state_.offered.clear();
  }
  if (when.part) {
    state_.part = when.part;
    if (!when.clock && state_.time && !in_part(date::local_days{} + *state_.time, *when.part)) {
      state_.time.reset();
      state_.clock.reset();
    }
  }
  if (when.clock) {
    state_.clock = when.clock;
    state_.time.reset();
    if (!when.part)
      state_.part.reset();
  }
  if (when.earliest || when.any_time)
    state_.earliest = true, state_.latest = false;
  if (when.latest)
    state_.latest = true, state_.earliest = false;
  if (!heard.name.empty() && (state_.name.empty() || heard.correction))
    state_.name = heard.name;
}

void receptionist::settle_time() {
  if (!state_.clock)
    return;
  // Without a day of its own a time means one that was offered.
  if (!state_.day && !state_.offered.empty()) {
    state_.day = date::floor<days>(state_.offered.front());
    for (const auto& each : state_.offered)
      if (time_of_day(each) == resolve_clock(*state_.clock, state_.part, who_.hours,
                                             weekday_of(date::floor<days>(each)))) {
        state_.day = date::floor<days>(each);
        break;
      }
  }
  if (state_.day)
    state_.time = resolve_clock(*state_.clock, state_.part, who_.hours, weekday_of(*state_.day));
}

// Asks for the first thing that is missing, checks what is known, reads it all back in the end.
void receptionist::advance() {
  const bool moving = state_.doing == task::moving;
  if (moving && !has_appointment())
    return state_.appointments.empty()
               ? call_tool("reschedule_appointment", nlohmann::json::object())
               : ask(question::which_appointment);
  if (!state_.service && who_.services.size() == 1)
    state_.service = 0;
  if (!moving && state_.doing != task::looking && !state_.service)
    return ask(question::service);
  settle_time();
  if (!state_.day && (state_.earliest || state_.latest))
    state_.day = date::floor<days>(now_);
  if (!state_.day)
    return ask(question::day);
  if (!state_.known || state_.known->day != *state_.day ||
      state_.known->service_id != service_id()) {
    nlohmann::json arguments{{"date", to_iso(*state_.day)}};
    if (!service_id().empty())
      arguments["service"] = service_id();
    if (state_.time)
      arguments["time"] = to_iso(*state_.day + *state_.time).substr(11);
    else if (state_.part)
      arguments["part"] = part_word(*state_.part);
    if (moving)
      arguments["moving"] = state_.appointments[*state_.appointment].id;
    return call_tool("check_availability", arguments);
  }
  const auto& free = state_.known->free;
  if (!state_.time || std::find(free.begin(), free.end(), *state_.day + *state_.time) == free.end())
    return offer_times();
  if (state_.doing == task::looking) {
    say("Yes, " + say_when(*state_.day + *state_.time) + " is free.");
    return ask(question::book_this);
  }
  if (!moving && state_.name.empty()) {
    const auto when = *state_.day + *state_.time;
    if (state_.agreed != when)
      say("Good, " + say_when(when) + " is free.");
    state_.agreed = when;
    return ask(facts_.caller_name.empty() ? question::name : question::caller_name_right);
  }
  confirm();
}

std::vector<local_minute> receptionist::free_in_part() const {
  auto times = state_.known->free;
  if (state_.part)
    std::erase_if(times, [&](local_minute each) { return !in_part(each, *state_.part); });
  return times;
}

void receptionist::choose(local_minute when) {
  const auto day = date::floor<days>(when);
  if (!state_.known || state_.known->day != day)
    state_.known.reset();
  state_.day = day;
  state_.time = time_of_day(when);
  state_.clock = clock_reading{*state_.time, false};
  state_.earliest = state_.latest = false;
  state_.offered.clear();
  advance();
}

// The day is known, the time is not, or cannot be had.
void receptionist::offer_times() {
  const auto& known = *state_.known;
  const auto in_time = free_in_part();
  const bool wanted = state_.time.has_value();
  if (!wanted && !in_time.empty() && (state_.earliest || state_.latest))
    return choose(state_.earliest ? in_time.front() : in_time.back());
  const bool elsewhere = known.free.empty();
  if (elsewhere)
    state_.offered = known.nearest;
  else if (wanted)
    state_.offered = closest(known.free, known.day + *state_.time);
  else
    state_.offered = spread(in_time.empty() ? known.free : in_time);
  if (elsewhere)
    say(day_problem(known));
  else if (wanted)
    say(say_time(*state_.time) + " on " + say_day(known.day) + " is not available.");
  else if (in_time.empty())
    say("I have nothing free at that time of the day on " + say_day(known.day) + ".");
  state_.time.reset();
  state_.clock.reset();
  state_.part.reset();
  state_.earliest = state_.latest = false;
  if (elsewhere)
    state_.day.reset();
  if (state_.offered.empty()) {
    state_.day.reset();
    return ask(question::day);
  }
  if (elsewhere)
    say("The nearest I have is " + say_choices(state_.offered, true) + ".");
  else if (wanted || in_time.empty())
    say("I have " + say_choices(state_.offered, false) + ".");
  else
    say("On " + say_day(known.day) + " I have " + say_choices(state_.offered, false) +
        (in_time.size() > state_.offered.size() ? ", among others." : "."));
  ask(question::time);
}

bool receptionist::answer_time(const understood& heard) {
  auto& offered = state_.offered;
  if ((heard.earlier || heard.later) && !heard.choice && state_.known && !offered.empty()) {
    auto times = state_.known->free;
    std::erase_if(times, [&](local_minute each) {
      return heard.earlier ? each >= offered.front() : each <= offered.back();
    });
    if (heard.when.empty()) {
      if (times.empty())
        say(std::string{"I have nothing "} + (heard.earlier ? "earlier" : "later") + " that day.");
      else
        offered = spread(times);
      say("I have " + say_choices(offered, false) + ".");
      ask(question::time);
      return true;
    }
  }
  if (heard.choice && !offered.empty() && !heard.when.clock) {
    const auto last = static_cast<int>(offered.size()) - 1;
    choose(offered[static_cast<size_t>(*heard.choice < 0 ? last : std::min(*heard.choice, last))]);
    return true;
  }
  if (!heard.when.empty()) {
    absorb(heard);
    advance();
    return true;
  }
  if (heard.yes && !offered.empty()) {
    if (offered.size() == 1)
      choose(offered.front());
    else
      say("Which one would you like: " + say_choices(offered, false) + "?");
    return true;
  }
  if (heard.no) {
    state_.day.reset();
    state_.known.reset();
    offered.clear();
    say("No problem.");
    ask(question::day);
    return true;
  }
  return false;
}

void receptionist::confirm() {
  const auto when = say_when(*state_.day + *state_.time);
  state_.slot_failures = 0;
  if (state_.doing == task::moving) {
    say("I will move your " + service_name() + " to " + when + ".");
    return ask(question::move_right);
  }
  say("So that is " + with_article(service_name()) + " on " + when + for_name() + ".");
  ask(question::booking_right);
}

// "The time", "the day" after a plain no.
bool receptionist::answer_change(const understood& heard) {
  auto mentions = [&](std::initializer_list<const char*> list) {
    return std::any_of(list.begin(), list.end(),
                       [&](const char* each) { return has_phrase(heard.words, each); });
  };
  if (heard.has_slot()) {
    if (!heard.name.empty())
      state_.name = heard.name;
    absorb(heard);
    advance();
  } else if (mentions({"everything", "nothing", "all of it"})) {
    drop_task();
  } else if (mentions({"time", "hour"})) {
    state_.time.reset(), state_.clock.reset(), state_.part.reset();
    advance();
  } else if (mentions({"day", "date"})) {
    state_.day.reset(), state_.known.reset();
    ask(question::day);
  } else if (mentions({"name"})) {
    state_.name.clear();
    ask(question::name);
  } else if (mentions({"service", "treatment", "reason"}) && state_.doing == task::booking) {
    state_.service.reset(), state_.known.reset();
    ask(question::service);
  } else {
    return false;
  }
  return true;
}

void receptionist::drop_task() {
  const bool booking = state_.doing == task::booking || state_.doing == task::looking;
  const auto failures = state_.failures;
  auto last = std::move(state_.last_reply);
  state_ = {};
  state_.failures = failures;
  state_.last_reply = std::move(last);
  say(booking ? "All right, I won't book anything." : "All right, I'll leave it as it is.");
  anything_else();
}

} // namespace trunkline
