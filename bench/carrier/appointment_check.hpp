#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// What a script says must have been booked; empty parts are not looked at.
struct expected_appointment {
  std::string service{};                      ///< its id
  std::string weekday{};                      ///< "tuesday"
  std::string time{};                         ///< "14:30", local to:
  std::string time_zone = "America/New_York"; ///< that of the sample practice
};

/// "a cleaning on tuesday at 14:30".
std::string to_string(const expected_appointment& what);

/// Whether the admin API's list of appointments (its JSON) has a booked one of this call that fits.
bool has_appointment(std::string_view appointments_json, std::string_view call_sid,
                     const expected_appointment& what);

/// Sunday is 0; nothing for what is no English weekday.
std::optional<unsigned> weekday_number(std::string_view name);

} // namespace trunkline
