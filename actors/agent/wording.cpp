#include "actors/agent/wording.hpp"

#include <algorithm>
#include <string_view>

namespace trunkline {

namespace {

constexpr size_t services_named_max = 6;

std::string join_with_or(const std::vector<std::string>& parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0)
      text += i + 1 == parts.size() ? " or " : ", ";
    text += parts[i];
  }
  return text;
}

} // namespace

std::string with_article(const std::string& noun) {
  const bool vowel =
      !noun.empty() && std::string_view{"aeiouAEIOU"}.find(noun[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + noun;
}

std::string say_choices(const std::vector<local_minute>& times, bool with_days) {
  std::vector<std::string> parts;
  std::optional<date::local_days> day;
  for (const auto& each : times) {
    const auto on = date::floor<date::days>(each);
    parts.push_back(with_days && on != day ? say_when(each) : say_time(time_of_day(each)));
    day = on;
  }
  return join_with_or(parts);
}

std::string say_services(const assistant& who) {
  std::vector<std::string> names;
  for (const auto& each : who.services)
    if (names.size() < services_named_max)
      names.push_back(each.name);
  return join_with_or(names);
}

std::string question_text(question what, const assistant& who) {
  switch (what) {
  case question::service:
    return who.services.size() <= services_named_max
               ? "What would you like to come in for: " + say_services(who) + "?"
               : "What would you like to come in for?";
  case question::day:
    return "Which day would you like?";
  case question::time:
    return "What time would you like?";
  case question::name:
  case question::message_name:
    return "May I have your name, please?";
  case question::booking_right:
  case question::move_right:
  case question::message_right:
    return "Is that right?";
  case question::book_this:
    return "Would you like to book it?";
  case question::what_to_change:
    return "What should I change: the service, the day, the time, or the name?";
  case question::which_appointment:
    return "Which appointment do you mean?";
  case question::cancel_it:
    return "Should I cancel it?";
  case question::message_text:
    return "What is your message?";
  case question::message_for:
    return "Who is the message for?";
  case question::number:
    return "What number can we call you back on?";
  case question::wants_to_book:
    return "Would you like to book an appointment?";
  case question::offer_message:
    return "Would you like to leave a message?";
  case question::anything_else:
    return "Is there anything else I can help you with?";
  case question::caller_name_right:
  case question::number_right:
  case question::how_can_i_help:
    break;
  }
  return "How can I help you?";
}

} // namespace trunkline
