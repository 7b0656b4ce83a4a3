// What the receptionist says whatever it is doing: questions, apologies, answers, farewells.
#include "actors/agent/receptionist.hpp"
#include "actors/agent/wording.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/phone_number.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace trunkline {

namespace {

constexpr const char* what_i_can_do =
    "You can book an appointment, ask a question, or leave a message. What would you like?";

// Right after what it refers to was said; prompt() words the question so that it stands alone.
std::string short_question(question what, size_t offered) {
  if (what == question::service)
    return "What would you like to come in for?";
  if (what == question::time && offered > 0)
    return offered == 1 ? "Would that work for you?" : "What time would you like?";
  return {};
}

} // namespace

void receptionist::say(const std::string& sentence) {
  if (!step_.reply.empty() && !sentence.empty())
    step_.reply += ' ';
  const auto start = step_.reply.size();
  step_.reply += sentence;
  if (start < step_.reply.size())
    step_.reply[start] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(step_.reply[start])));
}

void receptionist::ask(question what) {
  if (what != state_.asked)
    state_.slot_failures = 0;
  state_.asked = what;
  const bool read_back = what == question::booking_right || what == question::move_right ||
                         what == question::message_right || what == question::cancel_it;
  const auto in_short = short_question(what, state_.offered.size());
  say(read_back ? question_text(what, who_) : in_short.empty() ? prompt() : in_short);
}

std::string receptionist::prompt() const {
  const auto& offered = state_.offered;
  switch (state_.asked) {
  case question::time:
    if (offered.empty())
      break;
    if (offered.size() == 1)
      return "Would " + say_choices(offered, true) + " work for you?";
    return "What time would you like: " + say_choices(offered, state_.day != std::nullopt) + "?";
  case question::caller_name_right:
    return facts_.remembered ? "Is that for " + facts_.caller_name + " again?"
                             : "Shall I put it under " + facts_.caller_name + "?";
  case question::number_right:
    return "Should we call you back on " + spoken_digits(facts_.caller_number) + "?";
  case question::booking_right:
    if (!state_.day || !state_.time)
      break;
    return "I have " + with_article(service_name()) + " on " +
           say_when(*state_.day + *state_.time) + for_name() + ". Is that right?";
  case question::move_right:
    if (!state_.day || !state_.time)
      break;
    return "Shall I move it to " + say_when(*state_.day + *state_.time) + "?";
  case question::cancel_it:
    if (!has_appointment())
      break;
    return "Should I cancel " + describe(state_.appointments[*state_.appointment]) + "?";
  case question::message_right:
    return message_readback() + " " + question_text(state_.asked, who_);
  default:
    break;
  }
  return question_text(state_.asked, who_);
}

void receptionist::anything_else() {
  state_.doing = task::none;
  ask(question::anything_else);
}

void receptionist::goodbye() {
  const bool unfinished =
      state_.asked == question::booking_right || state_.asked == question::move_right;
  if (unfinished)
    say(state_.doing == task::moving ? "All right, your appointment stays as it is."
                                     : "All right, nothing is booked.");
  say("Thank you for calling " + who_.business + ". Goodbye.");
  call_tool("end_call", {{"reason", "caller said goodbye"}});
}

bool receptionist::has_tool(const std::string& name) const {
  return std::any_of(tools_.begin(), tools_.end(),
                     [&](const tool_spec& tool) { return tool.name == name; });
}

void receptionist::call_tool(const std::string& name, const nlohmann::json& arguments) {
  if (has_tool(name)) {
    step_.tools.push_back({name, to_text(arguments)});
    return;
  }
  if (name == "end_call")
    return;
  say("I'm sorry, I can't do that right now.");
  state_.doing = task::none;
  if (name == "take_message")
    return say("Please call us again later.");
  state_.interrupted = question::how_can_i_help;
  ask(question::offer_message);
}

void receptionist::ask_faq(size_t index) {
  const auto& entry = who_.faq[index];
  if (has_tool("answer_faq") && !entry.questions.empty())
    return call_tool("answer_faq", {{"question", entry.questions.front()}});
  say(entry.answer);
  if (state_.doing == task::none)
    return anything_else();
  say(prompt());
}

void receptionist::decline_advice() {
  say("I'm sorry, I can't give medical advice.");
  if (state_.doing != task::none)
    return say(prompt());
  say("I can book you an appointment, or take a message for our team.");
  state_.asked = question::how_can_i_help;
  say("Which would you like?");
}

void receptionist::transfer(const understood& heard) {
  std::string target = who_.front_desk.empty() ? std::string{} : "front_desk";
  std::string name = "our front desk";
  if (heard.staff) {
    target = who_.staff[*heard.staff].id;
    name = who_.staff[*heard.staff].name;
  }
  if (target.empty()) {
    say("I'm sorry, there is nobody I can connect you to.");
    state_.interrupted = state_.asked;
    return ask(question::offer_message);
  }
  if (has_tool("transfer_to_staff"))
    say("One moment please, I'm connecting you to " + name + ".");
  call_tool("transfer_to_staff", {{"staff", target}});
}

void receptionist::not_understood(bool rejected) {
  state_.failures = failures_before_ + 1;
  const bool asks_name = state_.asked == question::name || state_.asked == question::message_name;
  if (asks_name && ++state_.slot_failures >= 2) {
    state_.name = "caller";
    return state_.doing == task::message ? advance_message() : advance();
  }
  if (state_.failures == 1 || (state_.failures == 2 && state_.doing == task::message)) {
    say(rejected ? "Sorry, I didn't catch that." : "I'm sorry, I'm not sure I understood.");
    return say(state_.asked == question::how_can_i_help || state_.asked == question::anything_else
                   ? what_i_can_do
                   : prompt());
  }
  if (state_.failures == 2 && state_.asked == question::how_can_i_help && !who_.services.empty() &&
      has_tool("schedule_appointment")) { // a yes is easily understood
    say("I'm sorry, I'm having trouble understanding you.");
    return ask(question::wants_to_book);
  }
  if (state_.failures == 2 && state_.asked != question::offer_message) {
    state_.interrupted = state_.asked;
    say("I'm sorry, I'm having trouble understanding you.");
    return ask(question::offer_message);
  }
  give_up();
}

// Nothing was understood three times: a message, and after that whatever we have.
void receptionist::give_up() {
  if (state_.doing != task::message) {
    state_.doing = task::message;
    say("Let me take a message, so that somebody can call you back.");
    return ask(question::message_text);
  }
  if (state_.message_text.empty())
    state_.message_text = "The caller could not be understood. Please call back.";
  if (state_.name.empty())
    state_.name = facts_.caller_name.empty() ? "caller" : facts_.caller_name;
  state_.closing = true;
  send_message();
}

// Cuts to the question another model asked, so that the answer to it finds its place.
void receptionist::adopt_question(const std::string& agent_text) {
  const auto words = split_words(agent_text);
  if (agent_text.find('?') == std::string::npos)
    return;
  auto mentions = [&](std::initializer_list<const char*> list) {
    return std::any_of(list.begin(), list.end(),
                       [&](const char* each) { return has_phrase(words, each); });
  };
  auto adopt = [&](question what, task doing) {
    if (state_.doing == task::none)
      state_.doing = doing;
    state_.asked = what;
  };
  if (mentions({"anything else", "something else"}))
    state_.asked = question::anything_else, state_.doing = task::none;
  else if (mentions({"like to book an appointment"}))
    state_.asked = question::wants_to_book;
  else if (mentions({"leave a message", "take a message"}))
    state_.asked = question::offer_message;
  else if (mentions({"your message", "the message say"}))
    adopt(question::message_text, task::message);
  else if (mentions({"your name", "name please", "full name"}))
    adopt(state_.doing == task::message ? question::message_name : question::name, task::booking);
  else if (mentions({"what time", "which time"}))
    adopt(question::time, task::booking);
  else if (mentions({"what day", "which day", "what date"}))
    adopt(question::day, task::booking);
  else if (mentions({"which service", "what service", "come in for", "kind of appointment"}))
    adopt(question::service, task::booking);
}

} // namespace trunkline
