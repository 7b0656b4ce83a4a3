#include "bench/carrier/appointment_check.hpp"

#include "infra/time/zone.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace trunkline {

namespace {

constexpr std::array<std::string_view, 7> weekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                      "thursday", "friday", "saturday"};
constexpr size_t minutes_length = std::string_view{"2026-11-24T14:30"}.size();

// The API writes UTC: "2026-11-24T19:30:00.000Z".
std::optional<local_minute> local_start(const std::string& text, const std::string& zone) {
  const auto utc = parse_local_iso(text.substr(0, minutes_length));
  if (!utc || !text.ends_with("Z"))
    return std::nullopt;
  const auto local = to_local(timestamp{utc->time_since_epoch()}, zone);
  return local ? std::optional{*local} : std::nullopt;
}

bool fits(const nlohmann::json& row, std::string_view call_sid, const expected_appointment& what) {
  if (string_member(row, "call_sid") != call_sid || string_member(row, "status") != "booked")
    return false;
  if (!what.service.empty() && string_member(row, "service_id") != what.service)
    return false;
  const auto starts = local_start(string_member(row, "starts_at"), what.time_zone);
  if (!starts)
    return false;
  const auto day = weekday_of(date::floor<date::days>(*starts));
  return (what.weekday.empty() || weekday_number(what.weekday) == day) &&
         (what.time.empty() || parse_iso_time(what.time) == time_of_day(*starts));
}

} // namespace

std::optional<unsigned> weekday_number(std::string_view name) {
  const auto found = std::find(weekdays.begin(), weekdays.end(), name);
  if (found == weekdays.end())
    return std::nullopt;
  return static_cast<unsigned>(found - weekdays.begin());
}

std::string to_string(const expected_appointment& what) {
  return "a " + (what.service.empty() ? "visit" : what.service) +
         (what.weekday.empty() ? "" : " on " + what.weekday) +
         (what.time.empty() ? "" : " at " + what.time);
}

bool has_appointment(std::string_view appointments_json, std::string_view call_sid,
                     const expected_appointment& what) {
  const auto parsed = parse_json(appointments_json, "the admin API's appointments");
  if (!parsed || !parsed->is_object())
    return false;
  const auto rows = parsed->find("appointments");
  return rows != parsed->end() && rows->is_array() &&
         std::any_of(rows->begin(), rows->end(),
                     [&](const auto& row) { return fits(row, call_sid, what); });
}

} // namespace trunkline
