#include "infra/cli/calls_commands.hpp"

#include "infra/store/record_json.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/phone_number.hpp"
#include "protocol/text/utf8.hpp"

#include <date/date.h>
#include <nlohmann/json.hpp>

#include <iomanip>
#include <ostream>

namespace trunkline {

namespace {

constexpr int failed = 1;

std::string number_text(const std::string& number, record_view view) {
  // Digits of a number are private; words such as "anonymous" are not.
  const bool words = number.find_first_of("0123456789") == number.npos;
  return view.full || words ? number : mask_number(number);
}

std::string time_text(timestamp when) {
  return date::format("%FT%TZ", date::floor<std::chrono::seconds>(when));
}

std::string duration_text(const call_record& call) {
  if (!call.ended_at)
    return "live";
  return std::to_string(
             std::chrono::duration_cast<std::chrono::seconds>(*call.ended_at - call.started_at)
                 .count()) +
         " s";
}

/// What may be shown of a call: whole numbers and the caller's name only when asked for.
call_record shown(call_record call, record_view view) {
  call.caller_number = number_text(call.caller_number, view);
  call.called_number = number_text(call.called_number, view);
  if (!view.full)
    call.caller_name.clear();
  return call;
}

int cannot_read(const char* what, const failure& why, std::ostream& err) {
  err << "trunkline: the " << what << " cannot be read: " << why.context << "\n";
  return failed;
}

nlohmann::json call_with_turns(const call_record& call, const std::vector<turn_record>& turns,
                               record_view view) {
  auto value = call_value(shown(call, view));
  auto& list = value["turns"] = nlohmann::json::array();
  for (const auto& turn : turns)
    list.push_back(turn_value(turn));
  return value;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : clean_text(text, 400);
}

void print_turn(const turn_record& turn, std::ostream& out) {
  out << std::setw(3) << turn.index << "  " << std::left << std::setw(6) << turn.role << std::right
      << "  " << or_dash(turn.text) << "\n";
  if (turn.role == "agent" && turn.heard != turn.text)
    out << "             heard: " << or_dash(turn.heard) << "\n";
  if (turn.latency.empty())
    return;
  out << "             " << turn.response_time_ms << " ms:";
  for (const auto& part : turn.latency)
    out << " " << part.name << " " << part.ms;
  out << "\n";
}

} // namespace

int calls_list(repository& rows, size_t limit, record_view view, std::ostream& out,
               std::ostream& err) {
  const auto calls = rows.list_calls(limit);
  if (!calls)
    return cannot_read("calls", calls.error(), err);
  if (view.json) {
    auto list = nlohmann::json::array();
    for (const auto& call : *calls)
      list.push_back(call_value(shown(call, view)));
    out << to_text(list) << "\n";
    return 0;
  }
  const auto line = [&](const auto& sid, const auto& when, const auto& caller, const auto& length,
                        const auto& outcome) {
    out << std::left << std::setw(36) << sid << std::setw(22) << when << std::setw(18) << caller
        << std::setw(10) << length << outcome << "\n";
  };
  line("CALL", "STARTED", "CALLER", "LENGTH", "OUTCOME");
  for (const auto& call : *calls)
    line(or_dash(call.call_sid), time_text(call.started_at),
         or_dash(number_text(call.caller_number, view)), duration_text(call),
         or_dash(call.outcome));
  return 0;
}

int calls_show(repository& rows, const std::string& call_sid, record_view view, std::ostream& out,
               std::ostream& err) {
  const auto call = rows.find_call(call_sid);
  if (!call)
    return cannot_read("call", call.error(), err);
  if (!*call) {
    err << "trunkline: there is no call " << shortened(clean_text(call_sid, 200), 60)
        << "; see 'trunkline calls ls'\n";
    return failed;
  }
  const auto turns = rows.turns_of(call_sid);
  if (!turns)
    return cannot_read("turns", turns.error(), err);
  const auto note = rows.users().note_of(call_sid);
  if (!note)
    return cannot_read("call's note", note.error(), err);
  const auto summary = *note ? (*note)->summary : std::string{};
  const auto runs = rows.tool_runs_of(call_sid);
  if (!runs)
    return cannot_read("call's tools", runs.error(), err);
  const auto data = extraction_of(*runs);
  if (view.json) {
    auto value = call_with_turns(**call, *turns, view);
    value["summary"] = summary;
    if (auto extraction = parse_json(data, "extraction"))
      value["extraction"] = std::move(*extraction);
    out << to_text(value) << "\n";
    return 0;
  }
  const auto& row = **call;
  out << row.call_sid << "  " << time_text(row.started_at) << "  " << duration_text(row) << "\n"
      << "caller " << or_dash(number_text(row.caller_number, view)) << "  called "
      << or_dash(number_text(row.called_number, view)) << "  assistant " << row.assistant_id << " "
      << row.assistant_version << "\n"
      << "outcome " << or_dash(row.outcome) << "  reason " << or_dash(row.end_reason)
      << "  resumes " << row.resumes << "\n"
      << "summary " << or_dash(summary) << "\n";
  if (!data.empty())
    out << "extraction " << clean_text(data, 20'000) << "\n";
  out << "\n";
  for (const auto& turn : *turns)
    print_turn(turn, out);
  return 0;
}

int calls_export(repository& rows, size_t limit, record_view view, std::ostream& out,
                 std::ostream& err) {
  const auto calls = rows.list_calls(limit);
  if (!calls)
    return cannot_read("calls", calls.error(), err);
  for (const auto& call : *calls) {
    const auto turns = rows.turns_of(call.call_sid);
    if (!turns)
      return cannot_read("turns", turns.error(), err);
    out << to_text(call_with_turns(call, *turns, view)) << "\n";
  }
  return 0;
}

} // namespace trunkline
