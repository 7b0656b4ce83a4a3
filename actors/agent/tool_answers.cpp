#include "actors/agent/receptionist.hpp"
#include "actors/agent/wording.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/sentence_splitter.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

namespace {

bool is_ok(const nlohmann::json& answer) {
  const auto ok = answer.find("ok");
  return ok != answer.end() && ok->is_boolean() && ok->get<bool>();
}

std::vector<local_minute> times_in(const nlohmann::json& answer, const char* key) {
  std::vector<local_minute> times;
  const auto list = answer.find(key);
  if (list == answer.end() || !list->is_array())
    return times;
  for (const auto& each : *list)
    if (each.is_string())
      if (const auto time = parse_local_iso(each.get_ref<const std::string&>()))
        times.push_back(*time);
  return times;
}

nlohmann::json object_of(const std::string& text) {
  auto parsed = parse_json(text, "tool answer");
  if (!parsed || !parsed->is_object())
    return nlohmann::json::object();
  return *std::move(parsed);
}

// As much of the first one as a caller can take in: whole sentences.
std::string best_passage(const nlohmann::json& answer) {
  constexpr size_t enough_bytes = 120;
  const auto passages = answer.find("passages");
  if (passages == answer.end() || !passages->is_array() || passages->empty())
    return {};
  sentence_splitter cut;
  auto sentences = cut.feed(clean_text(string_member(passages->front(), "text"), 1200));
  for (auto& last : cut.flush())
    sentences.push_back(std::move(last));
  std::string text;
  for (const auto& one : sentences) {
    const bool whole = !text.empty() && text.find_last_of(".!?") == text.size() - 1;
    if (whole && text.size() >= enough_bytes)
      break;
    text += (text.empty() ? "" : " ") + one;
  }
  return text;
}

} // namespace

receptionist_step receptionist::tool_answered(const std::string& name, const std::string& arguments,
                                              const std::string& answer_text) {
  auto answer = object_of(answer_text);
  if (name == "check_availability") {
    if (answer.find("service") == answer.end())
      answer["service"] = string_member(object_of(arguments), "service");
    availability_answered(answer);
  } else if (name == "schedule_appointment") {
    booking_answered(answer);
  } else if (name == "cancel_appointment") {
    cancelling_answered(answer);
  } else if (name == "reschedule_appointment") {
    moving_answered(answer);
  } else if (name == "take_message") {
    message_answered(answer);
  } else if (name == "answer_faq") {
    question_answered(is_ok(answer) ? string_member(answer, "answer") : "");
  } else if (name == "search_knowledge") {
    question_answered(is_ok(answer) ? best_passage(answer) : "");
  } else if (name == "forget_caller") {
    forgotten_answered(answer);
  } else if (name == "transfer_to_staff" && !is_ok(answer)) {
    say("I'm sorry, I can't connect you right now.");
    state_.interrupted = state_.asked;
    ask(question::offer_message);
  }
  return take_step();
}

void receptionist::availability_answered(const nlohmann::json& answer) {
  const auto day = parse_iso_date(string_member(answer, "date"));
  if (!is_ok(answer) || !day) {
    say("I'm sorry, I can't see our calendar right now.");
    state_.doing = task::none;
    state_.interrupted = question::anything_else;
    return ask(question::offer_message);
  }
  const bool scheduling = state_.doing == task::booking || state_.doing == task::looking ||
                          (state_.doing == task::moving && state_.appointment);
  if (!scheduling)
    state_.doing = task::booking; // another model asked before us
  state_.known = known_day{*day, string_member(answer, "service"), string_member(answer, "day"),
                           times_in(answer, "free"), times_in(answer, "nearest")};
  if (!state_.day)
    state_.day = *day;
  advance();
}

// A time that was free when it was offered cannot be had any more, or never could.
void receptionist::slot_refused(const std::string& error) {
  if (error == "unavailable" || error.empty()) {
    say("I'm sorry, I could not save that just now, so nothing has changed.");
    state_.doing = task::none;
    state_.interrupted = question::anything_else;
    return ask(question::offer_message);
  }
  say(error == "taken" ? "I'm sorry, that time was just taken."
                       : "I'm sorry, that time is not available any more.");
  state_.known.reset();
  advance(); // looks again, and offers what is near
}

void receptionist::booking_answered(const nlohmann::json& answer) {
  if (!is_ok(answer))
    return slot_refused(string_member(answer, "error"));
  const auto& row = object_member(answer, "appointment");
  std::string text = "You're booked";
  for (const auto& each : who_.services)
    if (each.id == string_member(row, "service"))
      text += " for " + with_article(each.name);
  if (const auto start = parse_local_iso(string_member(row, "start")))
    text += " on " + say_when(*start);
  const auto name = state_.name;
  auto last = std::move(state_.last_reply);
  state_ = {};
  state_.name = name;
  state_.last_reply = std::move(last);
  say(text + ".");
  anything_else();
}

void receptionist::cancelling_answered(const nlohmann::json& answer) {
  if (!is_ok(answer) && string_member(answer, "error") == "unavailable")
    return slot_refused("unavailable");
  if (string_member(answer, "status") != "cancelled") {
    state_.doing = task::cancelling;
    return appointments_found(answer);
  }
  own_appointment row;
  const auto& cancelled = object_member(answer, "appointment");
  row.service_id = string_member(cancelled, "service");
  row.start = parse_local_iso(string_member(cancelled, "start")).value_or(local_minute{});
  auto text = describe(row);
  text.replace(0, text.find(' '), "Your");
  say(text + " is cancelled.");
  state_.appointments.clear();
  state_.appointment.reset();
  anything_else();
}

void receptionist::moving_answered(const nlohmann::json& answer) {
  const auto error = string_member(answer, "error");
  if (!is_ok(answer) && error != "none" && error != "unknown_caller")
    return slot_refused(error);
  if (string_member(answer, "status") != "rescheduled") {
    state_.doing = task::moving;
    return appointments_found(answer);
  }
  const auto start = parse_local_iso(string_member(object_member(answer, "appointment"), "start"));
  const auto name = state_.name;
  state_ = {};
  state_.name = name;
  say(start ? "Done, your appointment is now on " + say_when(*start) + "."
            : std::string{"Done, your appointment is moved."});
  anything_else();
}

void receptionist::message_answered(const nlohmann::json& answer) {
  if (!is_ok(answer)) {
    say("I'm sorry, I could not store your message. Please call us again later.");
    return anything_else();
  }
  const bool closing = state_.closing;
  if (closing) {
    say("Thank you. Somebody will call you back.");
    return goodbye();
  }
  say(state_.message_staff
          ? "Thank you, I've taken your message for " + who_.staff[*state_.message_staff].name + "."
          : "Thank you, I've taken your message.");
  const auto name = state_.name;
  state_ = {};
  state_.name = name;
  anything_else();
}

void receptionist::question_answered(const std::string& text) {
  if (text.empty()) {
    say("I'm sorry, I don't know that.");
    if (state_.doing != task::none)
      return say(prompt());
    state_.interrupted = question::anything_else;
    return ask(question::offer_message);
  }
  say(text);
  if (state_.doing == task::none)
    return anything_else();
  say(prompt());
}

// What is true, and no more: the line between calls is gone, the records of calls are not.
void receptionist::forgotten_answered(const nlohmann::json& answer) {
  if (!is_ok(answer)) {
    say("I'm sorry, I can't do that right now. Please ask our team.");
  } else if (string_member(answer, "status") == "nothing_remembered") {
    say("I remember nothing of you between calls, for your number is withheld.");
  } else {
    say("I have deleted what I remembered of you between calls, and I won't remember you again.");
    say("Your appointments and the records of your calls stay; to have those deleted too, please "
        "ask our team.");
  }
  if (state_.doing == task::none)
    return anything_else();
  say(prompt());
}

} // namespace trunkline
