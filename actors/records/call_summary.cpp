#include "actors/records/call_summary.hpp"

#include "infra/time/zone.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/spoken_time.hpp"
#include "protocol/text/utf8.hpp"

#include <date/date.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr size_t name_bytes_max = 80;
constexpr size_t message_characters_max = 80;
constexpr auto unknown_name = "caller"; // what the embedded agent books under when it has no name

/// A tool of the call that succeeded.
struct tool_done {
  std::string name;
  json arguments, result;
};

json object_of(const json& parent, std::string_view member) {
  auto parsed = parse_json(string_member(parent, member), "tool");
  return parsed && parsed->is_object() ? *std::move(parsed) : json::object();
}

std::vector<tool_done> tools_done(const std::vector<turn_record>& turns) {
  std::vector<tool_done> all;
  for (const auto& turn : turns) {
    const auto tools = parse_json(turn.tools_json, "tools");
    if (!tools || !tools->is_array())
      continue;
    for (const auto& one : *tools) {
      auto result = object_of(one, "result");
      if (const auto ok = result.find("ok"); ok == result.end() || *ok != true)
        continue;
      all.push_back({string_member(one, "name"), object_of(one, "arguments"), std::move(result)});
    }
  }
  return all;
}

std::string service_name(const std::string& id, const assistant& who) {
  for (const auto& one : who.services)
    if (one.id == id)
      return one.name;
  return "appointment";
}

std::string with_article(const std::string& noun) {
  const bool vowel = std::string_view{"aeiouAEIOU"}.find(noun[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + noun;
}

// "Tuesday 24 November 14:30"; empty when it is no time.
std::string day_and_time(const std::string& iso) {
  const auto when = parse_local_iso(iso);
  if (!when)
    return {};
  const auto day = date::floor<date::days>(*when);
  const date::year_month_day parts{day};
  return std::string{weekday_name(weekday_of(day))} + " " +
         std::to_string(static_cast<unsigned>(parts.day())) + " " +
         month_name(static_cast<unsigned>(parts.month())) + " " + to_iso(*when).substr(11, 5);
}

std::string appointment_text(const tool_done& tool, const char* did, const char* link,
                             const assistant& who) {
  const auto& row = object_member(tool.result, "appointment");
  const auto when = day_and_time(string_member(row, "start"));
  return std::string{did} + " " + with_article(service_name(string_member(row, "service"), who)) +
         (when.empty() ? "" : link + when);
}

std::string transfer_text(const tool_done& tool, const assistant& who) {
  const auto staff = string_member(tool.result, "staff");
  for (const auto& one : who.staff)
    if (one.id == staff)
      return "was transferred to " + one.name;
  return staff == "emergency" ? "" : "was transferred";
}

std::string text_of(const tool_done& tool, const assistant& who) {
  if (tool.name == "schedule_appointment")
    return appointment_text(tool, "booked", " for ", who);
  if (tool.name == "reschedule_appointment")
    return appointment_text(tool, "moved", " to ", who);
  if (tool.name == "cancel_appointment" && string_member(tool.result, "status") == "cancelled")
    return appointment_text(tool, "cancelled", " of ", who);
  if (tool.name == "take_message")
    return "left a message: " + shortened(clean_text(string_member(tool.arguments, "text"), 400),
                                          message_characters_max);
  if (tool.name == "transfer_to_staff")
    return transfer_text(tool, who);
  return {};
}

// When no tool did anything that matters.
std::string plain_text(const call_record& call, const std::vector<tool_done>& tools) {
  if (call.outcome == "emergency")
    return "an emergency";
  if (call.outcome == "message_taken")
    return "left a message";
  if (call.outcome == "transferred")
    return "was transferred";
  if (call.user_input_count == 0)
    return "said nothing";
  const bool asked = std::any_of(tools.begin(), tools.end(), [](const auto& one) {
    return one.name == "answer_faq" || one.name == "search_knowledge";
  });
  return asked || call.knowledge_queries > 0 ? "asked a question" : "nothing was arranged";
}

void learn(call_summary& of, const tool_done& tool, json& liked, const assistant& who) {
  const bool booked = tool.name == "schedule_appointment";
  if (!booked && tool.name != "take_message")
    return;
  auto name = clean_text(string_member(tool.arguments, "name"), name_bytes_max);
  if (!name.empty() && name != unknown_name)
    of.caller_name = std::move(name);
  if (!booked)
    return;
  const auto& row = object_member(tool.result, "appointment");
  liked["service"] = service_name(string_member(row, "service"), who);
  if (const auto when = parse_local_iso(string_member(row, "start")))
    liked["part_of_day"] = time_of_day(*when) < std::chrono::hours{12} ? "morning" : "afternoon";
}

std::string day_of(const call_record& call, const assistant& who) {
  const auto local = to_local(call.started_at, who.time_zone);
  return local ? to_iso(date::floor<date::days>(*local))
               : date::format("%F", date::floor<date::days>(call.started_at));
}

} // namespace

call_summary summarise(const call_record& call, const std::vector<turn_record>& turns,
                       const assistant& who) {
  call_summary made;
  auto liked = json::object();
  const auto tools = tools_done(turns);
  std::string all = call.outcome == "emergency" ? plain_text(call, tools) : std::string{};
  for (const auto& tool : tools) {
    learn(made, tool, liked, who);
    const auto text = text_of(tool, who);
    if (!text.empty() && all.find(text) == all.npos)
      all += (all.empty() ? "" : "; ") + text;
  }
  if (all.empty())
    all = plain_text(call, tools);
  made.line = day_of(call, who) + ": " + shortened(all, summary_characters_max);
  if (!liked.empty())
    made.preferences = to_text(liked);
  return made;
}

} // namespace trunkline
