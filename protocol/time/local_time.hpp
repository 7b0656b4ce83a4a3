#pragma once

#include <date/date.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// A reading of a wall clock somewhere, to the minute; which zone is known from elsewhere.
/// infra/time/zone.hpp turns it into UTC and back.
using local_minute = date::local_time<std::chrono::minutes>;

/// "2026-11-24T14:30" (seconds ":00" allowed, nothing else); nothing when malformed or impossible.
std::optional<local_minute> parse_local_iso(std::string_view text);
/// "2026-11-24".
std::optional<date::local_days> parse_iso_date(std::string_view text);
/// "14:30".
std::optional<std::chrono::minutes> parse_iso_time(std::string_view text);

std::string to_iso(local_minute when);
std::string to_iso(date::local_days day);

/// 0 = Sunday.
unsigned weekday_of(date::local_days day);
/// Minutes since local midnight.
std::chrono::minutes time_of_day(local_minute when);

} // namespace trunkline
