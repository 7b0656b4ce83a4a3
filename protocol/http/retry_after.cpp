#include "protocol/http/retry_after.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace trunkline {

namespace {

using std::chrono::milliseconds;
using std::chrono::sys_seconds;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes a date apart from the left; after the first thing that does not fit it takes nothing more.
class date_scanner {
public:
  explicit date_scanner(std::string_view text) : left_(text) {}

  void literal(std::string_view text) {
    if (left_.substr(0, text.size()) == text)
      left_.remove_prefix(text.size());
    else
      fits_ = false;
  }

  int number(size_t digits) {
    int value = 0;
    const auto text = left_.substr(0, digits);
    fits_ = fits_ && text.size() == digits &&
            std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!fits_)
      return 0;
    std::from_chars(text.data(), text.data() + digits, value);
    left_.remove_prefix(digits);
    return value;
  }

  /// "08" as " 8".
  int padded_day() {
    if (left_.substr(0, 1) != " ")
      return number(2);
    left_.remove_prefix(1);
    return number(1);
  }

  unsigned month() {
    static constexpr std::array<std::string_view, 12> names = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* const found = std::find(names.begin(), names.end(), left_.substr(0, 3));
    if (found == names.end()) {
      fits_ = false;
      return 0;
    }
    left_.remove_prefix(3);
    return static_cast<unsigned>(found - names.begin()) + 1;
  }

  std::chrono::seconds time() {
    const int hour = number(2);
    literal(":");
    const int minute = number(2);
    literal(":");
    const int second = number(2);
    fits_ = fits_ && hour < 24 && minute < 60 && second <= 60; // 60: a leap second
    return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
  }

  bool at_end() const { return fits_ && left_.empty(); }

private:
  std::string_view left_;
  bool fits_ = true;
};

std::optional<sys_seconds> moment(const date_scanner& in, int year, unsigned month, int day,
                                  std::chrono::seconds time) {
  const date::year_month_day date{date::year{year}, date::month{month},
                                  date::day{static_cast<unsigned>(day)}};
  if (!in.at_end() || !date.ok())
    return std::nullopt;
  return sys_seconds{date::sys_days{date}} + time;
}

// "06 Nov 1994 08:49:37 GMT", the weekday is gone; `between` is a blank or, with a year of two
// digits, a hyphen.
std::optional<sys_seconds> day_first(std::string_view text, std::string_view between,
                                     std::optional<sys_seconds> century_of) {
  date_scanner in{text};
  const int day = in.number(2);
  in.literal(between);
  const auto month = in.month();
  in.literal(between);
  int year = in.number(century_of ? 2 : 4);
  in.literal(" ");
  const auto time = in.time();
  in.literal(" GMT");
  if (century_of) {
    const date::year_month_day now{std::chrono::floor<date::days>(*century_of)};
    const int this_year = static_cast<int>(now.year());
    year += this_year - this_year % 100;
    if (year > this_year + 50) // RFC 9110: then it is a year of the past
      year -= 100;
  }
  return moment(in, year, month, day, time);
}

std::optional<sys_seconds> month_first(std::string_view text) {
  date_scanner in{text};
  const auto month = in.month();
  in.literal(" ");
  const int day = in.padded_day();
  in.literal(" ");
  const auto time = in.time();
  in.literal(" ");
  const int year = in.number(4);
  return moment(in, year, month, day, time);
}

// Plain decimal notation only: signs, exponents, "inf" and "nan" are no waits.
milliseconds decimal(std::string_view text, double unit_ms) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos)
    return milliseconds{0};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return milliseconds{0};
  const double wait_ms = value * unit_ms;
  if (wait_ms > static_cast<double>(milliseconds{retry_after_max}.count()))
    return milliseconds{0};
  return milliseconds{static_cast<milliseconds::rep>(wait_ms + 0.5)};
}

} // namespace

std::optional<sys_seconds> parse_http_date(std::string_view text, sys_seconds now) {
  text = trimmed(text);
  const auto weekday_end = text.find_first_of(", ");
  if (weekday_end == std::string_view::npos)
    return std::nullopt;
  static constexpr std::array<std::string_view, 7> weekdays = {
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  const auto weekday = text.substr(0, weekday_end);
  // Which day of the week it was is not checked against the date: the date counts.
  const bool whole = std::count(weekdays.begin(), weekdays.end(), weekday) == 1;
  const bool brief = std::any_of(weekdays.begin(), weekdays.end(), [&](std::string_view name) {
    return name.substr(0, 3) == weekday;
  });
  const auto rest = text.substr(weekday_end);
  if (brief && rest.substr(0, 2) == ", ")
    return day_first(rest.substr(2), " ", std::nullopt);
  if (whole && rest.substr(0, 2) == ", ")
    return day_first(rest.substr(2), "-", now);
  if (brief && rest.substr(0, 1) == " ")
    return month_first(rest.substr(1));
  return std::nullopt;
}

milliseconds parse_retry_after(std::string_view text, std::optional<sys_seconds> now) {
  constexpr double second_ms = 1000;
  text = trimmed(text);
  if (const auto wait = decimal(text, second_ms); wait.count() > 0)
    return wait;
  if (!now)
    return milliseconds{0};
  const auto when = parse_http_date(text, *now);
  if (!when || *when <= *now || *when - *now > retry_after_max)
    return milliseconds{0};
  return *when - *now;
}

milliseconds retry_after_of(const service_error& answer, std::optional<sys_seconds> now) {
  if (const auto wait = decimal(trimmed(answer.retry_after_ms), 1); wait.count() > 0)
    return wait;
  return parse_retry_after(answer.retry_after, now);
}

} // namespace trunkline
