#include "actors/agent/matching.hpp"
#include "actors/agent/receptionist.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

constexpr size_t message_bytes_max = 1500;
constexpr size_t read_back_words_max = 40;

// The message itself when the line that asks for taking one contains it already.
std::string message_in(const understood& heard) {
  const auto& words = heard.words;
  for (const auto* phrase :
       {"call me back", "have someone call", "have somebody call", "someone to call me"})
    if (has_phrase(words, phrase))
      return clean_text(heard.text, message_bytes_max);
  const bool passes_on = has_phrase(words, "tell") || has_phrase(words, "know") ||
                         has_phrase(words, "ask") || has_phrase(words, "message");
  for (const auto* opener : {"that", "saying", "to say", "know"})
    if (const auto at = find_phrase(words, opener);
        passes_on && at != std::string::npos && at + 3 < words.size())
      return clean_text(join_words(std::span{words}.subspan(at + split_words(opener).size())),
                        message_bytes_max);
  return {};
}

} // namespace

void receptionist::start_message(const understood& heard) {
  state_.doing = task::message;
  state_.message_text = message_in(heard);
  state_.message_staff = heard.staff;
  state_.message_staff_settled = heard.staff.has_value();
  state_.number_settled = false;
  state_.callback_number.clear();
  if (!heard.name.empty())
    state_.name = heard.name;
  if (state_.message_text.empty())
    say(heard.staff ? "Sure, I can take a message for " + who_.staff[*heard.staff].name + "."
                    : "Sure, I can take a message.");
  advance_message();
}

bool receptionist::take_message_text(const understood& heard) {
  const bool short_refusal = heard.no && heard.words.size() <= 3;
  if (short_refusal)
    return false;
  state_.message_text = clean_text(heard.text, message_bytes_max);
  if (!state_.message_staff && heard.staff) {
    state_.message_staff = heard.staff;
    state_.message_staff_settled = true;
  }
  advance_message();
  return true;
}

void receptionist::advance_message() {
  if (state_.message_text.empty())
    return ask(question::message_text);
  if (!state_.message_staff_settled && who_.staff.size() > 1)
    return ask(question::message_for);
  if (state_.name.empty() && !facts_.caller_name.empty())
    state_.name = facts_.caller_name;
  if (state_.name.empty())
    return ask(question::message_name);
  if (!state_.number_settled)
    return ask(is_e164(facts_.caller_number) ? question::number_right : question::number);
  say(message_readback());
  ask(question::message_right);
}

std::string receptionist::message_readback() const {
  auto words = split_words(state_.message_text);
  std::string text = state_.message_text;
  if (words.size() > read_back_words_max) {
    words.resize(read_back_words_max);
    text = join_words(words) + ", and so on";
  }
  while (!text.empty() && (text.back() == '.' || text.back() == ' '))
    text.pop_back();
  auto out = state_.message_staff
                 ? "Your message for " + who_.staff[*state_.message_staff].name + " is: "
                 : std::string{"Your message is: "};
  out += text + ".";
  if (state_.name != "caller")
    out += " From " + state_.name + ".";
  return out;
}

bool receptionist::take_number(const understood& heard) {
  const auto number = parse_spoken_number(heard.text);
  if (!number)
    return false;
  state_.callback_number = *number;
  state_.number_settled = true;
  say("I have " + spoken_digits(*number) + ".");
  advance_message();
  return true;
}

bool receptionist::answer_message(const understood& heard) {
  switch (state_.asked) {
  case question::message_for:
    state_.message_staff = heard.staff;
    state_.message_staff_settled = true; // "anyone", "I don't know": nobody in particular
    advance_message();
    return true;
  case question::message_name:
    if (heard.name.empty())
      return false;
    state_.name = heard.name;
    advance_message();
    return true;
  case question::number_right:
  case question::number:
    if (take_number(heard))
      return true;
    if (heard.yes && state_.asked == question::number_right) {
      state_.number_settled = true;
      advance_message();
      return true;
    }
    if (heard.no && state_.asked == question::number_right) {
      ask(question::number);
      return true;
    }
    if (heard.strength >= 4 || ++state_.slot_failures < 2)
      return false;
    state_.number_settled = true; // we keep the caller's id, or none
    advance_message();
    return true;
  case question::message_right:
    if (heard.yes) {
      send_message();
    } else if (!heard.name.empty()) {
      state_.name = heard.name;
      advance_message();
    } else if (heard.no) {
      state_.message_text.clear();
      say("Please tell me your message again.");
      state_.asked = question::message_text;
    } else {
      return false;
    }
    return true;
  default:
    return false;
  }
}

void receptionist::send_message() {
  nlohmann::json arguments{{"text", state_.message_text}};
  if (state_.message_staff)
    arguments["for_staff"] = who_.staff[*state_.message_staff].id;
  if (!state_.name.empty())
    arguments["name"] = clean_text(state_.name, 80);
  if (!state_.callback_number.empty())
    arguments["callback_number"] = state_.callback_number;
  call_tool("take_message", arguments);
}

} // namespace trunkline
