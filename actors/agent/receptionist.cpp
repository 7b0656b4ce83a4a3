#include "actors/agent/receptionist.hpp"

#include "protocol/text/emergency.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace trunkline {

namespace {

constexpr size_t question_bytes_max = 300; // of search_knowledge

bool asks_for_slot(question asked) {
  return asked == question::service || asked == question::day || asked == question::time ||
         asked == question::name;
}

/// A day, a service or a whole name is more than a goodbye.
bool answers_beside_goodbye(const understood& heard) {
  return heard.service || !heard.when.empty() || heard.name.find(' ') != std::string::npos;
}

} // namespace

receptionist::receptionist(const assistant& who, const call_facts& facts,
                           const std::vector<tool_spec>& tools, local_minute now)
    : who_{who}, facts_{facts}, tools_{tools}, faq_{who}, now_{now} {}

receptionist_step receptionist::hear(const std::string& text) {
  failures_before_ = state_.failures;
  state_.failures = 0;
  const auto heard = understand(text, who_, faq_, now_, listening_for());
  if (has_emergency(text, who_)) {
    say(who_.emergency_line);
    call_tool("transfer_to_staff", {{"staff", "emergency"}});
  } else if (heard.words.empty()) {
    not_understood(true);
  } else {
    dispatch(heard);
  }
  return take_step();
}

receptionist_step receptionist::silence() {
  say("Are you still there?");
  aside_ = true;
  say(prompt());
  return take_step();
}

receptionist_step receptionist::take_step() {
  // "at ten a.m." at the end of a sentence needs no second full stop.
  for (auto at = step_.reply.find(".m.."); at != std::string::npos;
       at = step_.reply.find(".m..", at))
    step_.reply.erase(at + 3, 1);
  if (!step_.reply.empty() && !aside_)
    state_.last_reply = step_.reply;
  aside_ = false;
  return std::exchange(step_, {});
}

listening receptionist::listening_for() const {
  listening expected;
  switch (state_.asked) {
  case question::day:
    expected.when = when_expected::day;
    break;
  case question::time:
  case question::booking_right:
  case question::move_right:
  case question::what_to_change:
    expected.when = when_expected::time;
    expected.name_said = state_.asked != question::time && state_.doing == task::booking;
    break;
  case question::name:
  case question::caller_name_right:
    expected.name = true;
    break;
  case question::message_name:
  case question::message_right:
    expected.name = state_.asked == question::message_name;
    expected.name_said = true;
    expected.dates = false;
    break;
  default:
    expected.dates = state_.doing != task::message;
  }
  return expected;
}

void receptionist::dispatch(const understood& heard) {
  if (state_.asked == question::offer_message && answer_offer(heard))
    return;
  if (control(heard))
    return;
  if (state_.asked == question::message_text && take_message_text(heard))
    return;
  const bool is_slot = asks_for_slot(state_.asked) && heard.has_slot() && heard.strength < 3.75;
  if (heard.wants == intent::faq && !is_slot)
    return ask_faq(*heard.faq);
  const bool other_task = (heard.wants == intent::cancel && state_.doing != task::cancelling) ||
                          (heard.wants == intent::reschedule && state_.doing != task::moving) ||
                          (heard.wants == intent::message && state_.doing != task::message);
  if (other_task && heard.strength >= 4.5 && start_task(heard))
    return;
  if (answer(heard) || start_task(heard) || take_slots(heard))
    return;
  leftovers(heard);
}

// What is possible at any point of a conversation.
bool receptionist::control(const understood& heard) {
  const bool dictating = state_.asked == question::message_text && heard.words.size() > 5;
  const bool in_task = state_.doing != task::none;
  if (dictating)
    return false;
  switch (heard.wants) {
  case intent::repeat:
    say(state_.last_reply.empty() ? who_.greeting + " " + prompt() : state_.last_reply);
    return true;
  case intent::hold:
    say("Of course, take your time.");
    aside_ = true;
    return true;
  case intent::who_are_you:
    say("I'm " + (who_.agent_name.empty() ? "the" : who_.agent_name + ", the") +
        " automated assistant of " + who_.business + ".");
    say(prompt());
    return true;
  case intent::forget_me:
    call_tool("forget_caller", nlohmann::json::object());
    return true;
  case intent::transfer:
    transfer(heard);
    return true;
  case intent::goodbye:
    if (heard.yes &&
        (state_.asked == question::booking_right || state_.asked == question::move_right ||
         state_.asked == question::message_right))
      return false; // "yes, that's it"
    if (asks_for_slot(state_.asked) && answers_beside_goodbye(heard))
      return false; // "I only have Tuesday free", misheard as "bye only have Tuesday free"
    goodbye();
    return true;
  case intent::never_mind:
    if (in_task)
      drop_task();
    return in_task;
  case intent::cancel: {
    const bool own = has_phrase(heard.words, "my appointment") || state_.doing == task::cancelling;
    if (in_task && !own)
      drop_task();
    return in_task && !own;
  }
  default:
    return false;
  }
}

bool receptionist::answer(const understood& heard) {
  switch (state_.asked) {
  case question::wants_to_book:
    if (heard.wants != intent::none && heard.strength >= 3.75)
      return false;
    if (heard.yes || heard.service || heard.when.day) {
      start_booking(heard, task::booking);
    } else if (heard.no) {
      state_.interrupted = question::how_can_i_help;
      ask(question::offer_message);
    }
    return heard.yes || heard.no || heard.service || heard.when.day;
  case question::service:
    if (!heard.has_slot())
      return false;
    absorb(heard);
    advance();
    return true;
  case question::day:
  case question::time:
    return answer_time(heard);
  case question::name:
  case question::caller_name_right:
    return answer_name(heard);
  case question::booking_right:
  case question::book_this:
  case question::move_right:
    return answer_confirmation(heard);
  case question::what_to_change:
    return answer_change(heard);
  case question::which_appointment:
  case question::cancel_it:
    return answer_which(heard);
  case question::message_text:
  case question::message_for:
  case question::message_name:
  case question::number_right:
  case question::number:
  case question::message_right:
    return answer_message(heard);
  case question::anything_else:
    if (heard.wants != intent::none && heard.wants != intent::thanks)
      return false;
    if (heard.no && heard.question) // "no, I meant: is there ..."
      return false;
    if (heard.no || (heard.wants == intent::thanks && !heard.yes)) {
      if (heard.has_slot() && !heard.no)
        return false;
      goodbye();
      return true;
    }
    if (!heard.yes || heard.has_slot())
      return false;
    say("What can I do for you?");
    state_.asked = question::how_can_i_help;
    return true;
  default:
    return false;
  }
}

bool receptionist::answer_name(const understood& heard) {
  if (heard.correction && (heard.service || !heard.when.empty())) {
    absorb(heard);
    advance();
    return true;
  }
  if (state_.asked == question::caller_name_right && heard.yes) {
    state_.name = facts_.caller_name;
    advance();
    return true;
  }
  if (!heard.name.empty()) {
    state_.name = heard.name;
    advance();
    return true;
  }
  if (heard.strength >= 3 || !heard.when.empty() || heard.service)
    return false;
  if (state_.asked == question::caller_name_right && heard.no) {
    ask(question::name);
    return true;
  }
  if (++state_.slot_failures >= 2) {
    state_.name = "caller";
    advance();
  } else {
    say("I'm sorry, I didn't get your name.");
    say(prompt());
  }
  return true;
}

// Everything was read back: a yes carries it out, anything else said about it is a correction.
bool receptionist::answer_confirmation(const understood& heard) {
  const auto was = state_;
  const bool looking = state_.asked == question::book_this;
  absorb(heard);
  if (!heard.name.empty() && !heard.yes)
    state_.name = heard.name;
  settle_time();
  const bool same = was.service == state_.service && was.day == state_.day &&
                    was.time == state_.time && was.name == state_.name;
  if (!same) {
    advance();
    return true;
  }
  if (heard.wants != intent::none && heard.strength >= 4 && !heard.yes)
    return false;
  if (!state_.day || !state_.time || (state_.asked == question::move_right && !has_appointment())) {
    advance();
  } else if (heard.yes && looking) {
    state_.doing = task::booking;
    advance();
  } else if (heard.yes && state_.asked == question::booking_right) {
    call_tool("schedule_appointment", {{"service", service_id()},
                                       {"start", to_iso(*state_.day + *state_.time)},
                                       {"name", state_.name}});
  } else if (heard.yes) {
    call_tool("reschedule_appointment",
              {{"appointment_id", state_.appointments[*state_.appointment].id},
               {"start", to_iso(*state_.day + *state_.time)}});
  } else if (heard.no && looking) {
    drop_task();
  } else if (heard.no) {
    ask(question::what_to_change);
  } else {
    return false;
  }
  return true;
}

bool receptionist::answer_offer(const understood& heard) {
  if (heard.yes && heard.wants != intent::transfer) {
    start_message(heard);
    return true;
  }
  state_.asked = state_.interrupted;
  if (!heard.no || heard.has_slot() || heard.strength >= 3)
    return false;
  if (state_.asked == question::how_can_i_help) {
    say("All right.");
    anything_else();
  } else {
    say("All right. " + prompt());
  }
  return true;
}

bool receptionist::start_task(const understood& heard) {
  const bool scheduling = state_.doing == task::booking || state_.doing == task::moving ||
                          state_.doing == task::looking;
  switch (heard.wants) {
  case intent::book:
  case intent::availability:
    if (scheduling) {
      absorb(heard);
      if (heard.wants == intent::book && state_.doing == task::looking)
        state_.doing = task::booking;
      advance();
    } else {
      start_booking(heard, heard.wants == intent::book ? task::booking : task::looking);
    }
    return true;
  case intent::reschedule:
    start_moving(heard);
    return true;
  case intent::cancel:
    start_cancelling();
    return true;
  case intent::message:
    start_message(heard);
    return true;
  case intent::medical:
    decline_advice();
    return true;
  default:
    return false;
  }
}

bool receptionist::take_slots(const understood& heard) {
  const bool about_visit = heard.service || heard.when.day || heard.when.clock ||
                           (!heard.when.empty() && state_.doing != task::none);
  if (about_visit && state_.doing != task::message) {
    if (state_.doing == task::none)
      start_booking(heard, task::booking);
    else if (state_.doing == task::cancelling)
      return false;
    else
      absorb(heard), advance();
    return true;
  }
  if (heard.staff && state_.doing == task::none && heard.words.size() <= 6) {
    transfer(heard);
    return true;
  }
  return false;
}

void receptionist::leftovers(const understood& heard) {
  if (heard.wants == intent::thanks) {
    say("You're welcome.");
    if (state_.doing == task::none)
      return anything_else();
    return say(prompt());
  }
  if (heard.wants == intent::greeting) {
    say("Hello.");
    return say(prompt());
  }
  if (heard.question && has_tool("search_knowledge"))
    return call_tool("search_knowledge",
                     {{"question", clean_text(heard.text, question_bytes_max)}});
  not_understood(false);
}

} // namespace trunkline
