#include "protocol/text/spoken_time.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using std::chrono::minutes;

// A Saturday.
const local_minute now = *parse_local_iso("2026-11-21T10:00");

std::string part_name(day_part part) {
  return part == day_part::morning     ? "morning"
         : part == day_part::afternoon ? "afternoon"
                                       : "evening";
}

// "2026-11-24 14:30 afternoon", a "~" before a time whose half of the day is open.
std::string read(const std::string& text, when_expected expected) {
  const auto words = split_words(text);
  const auto when = find_when(words, now, expected);
  std::string out;
  auto add = [&](const std::string& piece) { out += (out.empty() ? "" : " ") + piece; };
  if (when.day)
    add(to_iso(*when.day));
  if (when.clock)
    add((when.clock->half_open ? "~" : "") +
        to_iso(date::local_days{} + when.clock->time).substr(11));
  if (when.part)
    add(part_name(*when.part));
  if (when.any_time)
    add("any");
  if (when.earliest)
    add("earliest");
  if (when.latest)
    add("latest");
  return out;
}

struct reading {
  const char* said;
  const char* meaning;
  when_expected expected = when_expected::nothing;
};

TEST(spoken_time, reads_days_as_callers_say_them) {
  const reading table[] = {
      {"tomorrow", "2026-11-22"},
      {"the day after tomorrow please", "2026-11-23"},
      {"today", "2026-11-21"},
      {"tuesday", "2026-11-24"},
      {"next tuesday", "2026-11-24"},
      {"this friday", "2026-11-27"},
      {"on saturday", "2026-11-28"},
      {"tuesday next week", "2026-11-24"},
      {"next week", "2026-11-23"},
      {"the third of december", "2026-12-03"},
      {"december third", "2026-12-03"},
      {"december the third", "2026-12-03"},
      {"December 3rd", "2026-12-03"},
      {"december twenty third", "2026-12-23"},
      {"the twenty third of december", "2026-12-23"},
      {"january second", "2027-01-02"},
      {"november twentieth", "2027-11-20"},
      {"february twenty ninth", "2028-02-29"},
      {"february thirtieth", ""},
      {"in two weeks", "2026-12-05"},
      {"in to weeks", "2026-12-05"},
      {"three days from now", "2026-11-24"},
      {"a week from tuesday", "2026-12-01"},
      {"monday the twenty third", "2026-11-23"},
      {"wednesday the second", "2026-12-02"},
      {"monday november twenty third", "2026-11-23"},
      {"the twenty seventh", "2026-11-27"},
      {"the third", "2026-12-03"},
      {"third", "2026-12-03", when_expected::day},
      {"third", ""},
      {"the first one", ""},
      {"just a second", ""},
      {"wednesdays", "2026-11-25"},
      {"not tuesday wednesday", "2026-11-25"},
      {"tuesday no thursday", "2026-11-26"},
      {"may i speak to someone", ""},
      {"may fifth", "2027-05-05"},
      {"the weekend", "2026-11-28"},
  };
  for (const auto& row : table)
    EXPECT_EQ(read(row.said, row.expected), row.meaning) << row.said;
}

TEST(spoken_time, reads_times_as_callers_say_them) {
  const reading table[] = {
      {"ten thirty", "~10:30"},
      {"half past two", "~02:30"},
      {"quarter to four", "~03:45"},
      {"a quarter past eleven", "~11:15"},
      {"quarter to one", "~00:45"},
      {"ten minutes to five", "~04:50"},
      {"two p m", "14:00"},
      {"2 pm", "14:00"},
      {"2PM", "14:00"},
      {"2:30 p.m.", "14:30"},
      {"14:30", "14:30"},
      {"fourteen thirty", "14:30"},
      {"at nine in the morning", "09:00 morning"},
      {"three in the afternoon", "15:00 afternoon"},
      {"noon", "12:00"},
      {"twelve p m", "12:00"},
      {"twelve a m", "00:00"},
      {"twelve thirty", "~00:30"},
      {"in the afternoon", "afternoon"},
      {"first thing", "morning earliest"},
      {"any time", "any"},
      {"whenever", "any"},
      {"as soon as possible", "earliest"},
      {"at two", "~02:00"},
      {"two", "~02:00", when_expected::time},
      {"two thirty is the one", "~02:30", when_expected::time},
      {"one no two", "~02:00", when_expected::time},
      {"two", ""},
      {"to thirty", "~02:30"},
      {"for o'clock", "~04:00"},
      {"three o clock", "~03:00"},
      {"two oh five", "~02:05"},
      {"two twenty five p m", "14:25"},
      {"no make it three", "~03:00"},
      {"25:00", ""},
      {"9:75", ""},
      {"good morning", ""},
      {"twenty five", "", when_expected::time},
  };
  for (const auto& row : table)
    EXPECT_EQ(read(row.said, row.expected), row.meaning) << row.said;
}

TEST(spoken_time, reads_day_and_time_together) {
  const reading table[] = {
      {"book a cleaning next tuesday at two for anna smith", "2026-11-24 ~02:00"},
      {"tomorrow morning at ten thirty", "2026-11-22 10:30 morning"},
      {"the third of december at half past two in the afternoon", "2026-12-03 14:30 afternoon"},
      {"this afternoon", "2026-11-21 afternoon"},
      {"tuesday at 2:30", "2026-11-24 ~02:30"},
      {"november twenty fourth two thirty", "2026-11-24 ~02:30"},
      {"december third at nine", "2026-12-03 ~09:00"},
      {"monday first thing", "2026-11-23 morning earliest"},
      {"uh i guess wednesday around three ish", "2026-11-25 ~03:00"},
  };
  for (const auto& row : table)
    EXPECT_EQ(read(row.said, row.expected), row.meaning) << row.said;
}

TEST(spoken_time, chooses_the_half_of_the_day_that_is_open) {
  const opening hours[] = {{2, minutes{8 * 60}, minutes{17 * 60}},
                           {6, minutes{18 * 60}, minutes{22 * 60}}};
  auto resolve = [&](int hour, unsigned weekday) {
    return resolve_clock({minutes{hour * 60}, true}, {}, hours, weekday).count() / 60;
  };
  EXPECT_EQ(resolve(2, 2), 14);
  EXPECT_EQ(resolve(9, 2), 9);
  EXPECT_EQ(resolve(9, 6), 21);
  EXPECT_EQ(resolve(0, 2), 12);
  EXPECT_EQ(resolve(6, 2), 18); // neither is open: as people mean it
  EXPECT_EQ(resolve(9, 0), 9);
  EXPECT_EQ(resolve_clock({minutes{180}, true}, day_part::morning, hours, 2).count(), 180);
}

TEST(spoken_time, says_dates_and_times_without_digits) {
  EXPECT_EQ(say_when(*parse_local_iso("2026-11-24T14:30")),
            "Tuesday, November twenty fourth at two thirty p.m.");
  EXPECT_EQ(say_when(*parse_local_iso("2026-12-03T09:05")),
            "Thursday, December third at nine oh five a.m.");
  EXPECT_EQ(say_time(minutes{12 * 60}), "noon");
  EXPECT_EQ(say_time(minutes{12 * 60 + 30}), "twelve thirty p.m.");
  EXPECT_EQ(say_time(minutes{30}), "twelve thirty a.m.");
}

TEST(spoken_time, understands_its_own_wording) {
  for (int offset = 1; offset < 300; offset += 7)
    for (int minute = 0; minute < 24 * 60; minute += 35) {
      const auto when = now - time_of_day(now) + date::days{offset} + minutes{minute};
      const auto back = find_when(split_words(say_when(when)), now);
      ASSERT_TRUE(back.day && back.clock) << say_when(when);
      EXPECT_EQ(to_iso(*back.day + back.clock->time), to_iso(when)) << say_when(when);
    }
}

TEST(local_time, refuses_what_is_no_time) {
  for (const auto* bad : {"", "2026-11-24", "2026-02-30T10:00", "2026-11-24T24:00",
                          "2026-11-24T10:60", "2026-11-24 10:00", "2026-11-24T10:00Z",
                          "2026-11-24T10:00:30", "-026-11-24T10:00", "2026-13-01T10:00"})
    EXPECT_FALSE(parse_local_iso(bad)) << bad;
  EXPECT_EQ(to_iso(*parse_local_iso("2026-11-24T14:30:00")), "2026-11-24T14:30");
}

} // namespace
} // namespace trunkline
