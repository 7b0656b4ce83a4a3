#include "protocol/time/local_time.hpp"

#include <cctype>
#include <cstdio>

namespace trunkline {

namespace {

// Fixed-width digits; -1 when one is no digit.
int digits(std::string_view text, size_t from, size_t count) {
  int value = 0;
  for (size_t i = from; i < from + count; ++i) {
    if (!std::isdigit(static_cast<unsigned char>(text[i])))
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

} // namespace

std::optional<date::local_days> parse_iso_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (year < 1 || month < 1 || day < 1)
    return std::nullopt;
  const date::year_month_day found{date::year{year}, date::month(static_cast<unsigned>(month)),
                                   date::day(static_cast<unsigned>(day))};
  return found.ok() ? std::optional{date::local_days{found}} : std::nullopt;
}

std::optional<std::chrono::minutes> parse_iso_time(std::string_view text) {
  if (text.size() == 8 && text.substr(5) == ":00")
    text.remove_suffix(3);
  if (text.size() != 5 || text[2] != ':')
    return std::nullopt;
  const int hour = digits(text, 0, 2), minute = digits(text, 3, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return std::nullopt;
  return std::chrono::hours{hour} + std::chrono::minutes{minute};
}

std::optional<local_minute> parse_local_iso(std::string_view text) {
  if (text.size() < 16 || text[10] != 'T')
    return std::nullopt;
  const auto day = parse_iso_date(text.substr(0, 10));
  const auto time = parse_iso_time(text.substr(11));
  if (!day || !time)
    return std::nullopt;
  return *day + *time;
}

std::string to_iso(date::local_days day) {
  const date::year_month_day ymd{day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return text;
}

std::string to_iso(local_minute when) {
  const auto minutes = time_of_day(when).count();
  char time[40];
  std::snprintf(time, sizeof time, "T%02d:%02d", static_cast<int>(minutes / 60),
                static_cast<int>(minutes % 60));
  return to_iso(date::floor<date::days>(when)) + time;
}

unsigned weekday_of(date::local_days day) {
  return date::weekday{day}.c_encoding();
}

std::chrono::minutes time_of_day(local_minute when) {
  return when - date::floor<date::days>(when);
}

} // namespace trunkline
