#include "protocol/http/retry_after.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::sys_seconds;

constexpr sys_seconds now{784111777s};    // Sun, 06 Nov 1994 08:49:37 GMT
constexpr sys_seconds later{1795520077s}; // 2026-11-24 11:34:37

TEST(retry_after_test, reads_whole_and_fractional_seconds) {
  const std::pair<const char*, milliseconds> examples[] = {
      {"1", 1s},     {"0", 0ms}, {"0.25", 250ms}, {"1.5", 1500ms}, {" 20 ", 20s},  {"20.0004", 20s},
      {".5", 500ms}, {"3.", 3s}, {"007", 7s},     {"86400", 24h},  {"0.0001", 0ms}};
  for (const auto& [text, expected] : examples)
    EXPECT_EQ(parse_retry_after(text), expected) << text;
}

TEST(retry_after_test, hostile_values_say_nothing) {
  for (const std::string text : {"",
                                 " ",
                                 "-1",
                                 "+1",
                                 "1e3",
                                 "1e999",
                                 "inf",
                                 "nan",
                                 "infinity",
                                 "0x10",
                                 "1,5",
                                 "1.2.3",
                                 ".",
                                 "1 s",
                                 "20ms",
                                 "6m0s",
                                 "86401",
                                 "99999999999999999999",
                                 "soon",
                                 "1\n2",
                                 "true",
                                 "\xff\xfe",
                                 "Sun, 06 Nov 1994"})
    EXPECT_EQ(parse_retry_after(text, now), 0ms) << text;
  EXPECT_EQ(parse_retry_after(std::string(100'000, '9'), now), 0ms);
  EXPECT_EQ(parse_retry_after(std::string{"1\0", 2}, now), 0ms);
}

TEST(retry_after_test, reads_the_three_forms_of_a_date) {
  for (const auto* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994", " Sun Nov 06 08:49:37 1994 "})
    EXPECT_EQ(parse_http_date(text, now), now) << text;
  EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 11:34:37 GMT", now), later);
  EXPECT_EQ(parse_http_date("Tuesday, 24-Nov-26 11:34:37 GMT", later), later);
  EXPECT_EQ(parse_http_date("Tue Nov 24 11:34:37 2026", later), later);
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT", now), sys_seconds{1709251200s});
}

TEST(retry_after_test, a_year_of_two_digits_lies_at_most_fifty_years_ahead) {
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", later), now);
  EXPECT_EQ(parse_http_date("Friday, 06-Nov-76 00:00:00 GMT", later), sys_seconds{3371846400s});
}

TEST(retry_after_test, malformed_dates_are_none) {
  for (const std::string text : {"Sun, 6 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 08:49:37",
                                 "Sun, 06 Nov 1994 08:49:37 UTC",
                                 "Sun, 06 Nov 1994 24:00:00 GMT",
                                 "Sun, 06 Nov 1994 08:60:00 GMT",
                                 "Sun, 31 Feb 1994 08:49:37 GMT",
                                 "Sun, 00 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 nov 1994 08:49:37 GMT",
                                 "Sun, 06 Nov 94 08:49:37 GMT",
                                 "06 Nov 1994 08:49:37 GMT",
                                 "Xyz, 06 Nov 1994 08:49:37 GMT",
                                 "Sunday, 06-Nov-1994 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 08:49:37 GMT GMT",
                                 "Sun, 06 Nov -994 08:49:37 GMT",
                                 "Sunday, 06 Nov 94 08:49:37 GMT",
                                 "Sun Nov 6 08:49:37 1994",
                                 "Sun",
                                 "Sun,",
                                 "Sun ",
                                 ","})
    EXPECT_FALSE(parse_http_date(text, now)) << text;
  const std::string whole = "Sunday, 06-Nov-94 08:49:37 GMT";
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_http_date(whole.substr(0, size), now)) << size;
}

TEST(retry_after_test, a_date_is_a_wait_from_now_on) {
  const std::string_view date = "Tue, 24 Nov 2026 11:34:37 GMT";
  EXPECT_EQ(parse_retry_after(date, later - 90s), 90s);
  EXPECT_EQ(parse_retry_after(date, later), 0ms);
  EXPECT_EQ(parse_retry_after(date, later + 1s), 0ms);
  EXPECT_EQ(parse_retry_after(date, later - 24h), 24h);
  EXPECT_EQ(parse_retry_after(date, later - 24h - 1s), 0ms);
  EXPECT_EQ(parse_retry_after(date), 0ms); // without a clock a date says nothing
}

TEST(retry_after_test, milliseconds_count_before_seconds_unless_they_are_unusable) {
  service_error answer;
  EXPECT_EQ(retry_after_of(answer), 0ms);
  answer.retry_after = "2";
  EXPECT_EQ(retry_after_of(answer), 2s);
  answer.retry_after_ms = "350.4";
  EXPECT_EQ(retry_after_of(answer), 350ms);
  for (const auto* text : {"-1", "soon", "1e9", "0", "86400001", ""}) {
    answer.retry_after_ms = text;
    EXPECT_EQ(retry_after_of(answer), 2s) << text;
  }
  answer.retry_after = "Sun, 06 Nov 1994 08:49:40 GMT";
  EXPECT_EQ(retry_after_of(answer, now), 3s);
}

} // namespace
} // namespace trunkline
