#pragma once

#include "protocol/text/words.hpp"
#include "protocol/time/local_time.hpp"
#include "schema/assistant.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace trunkline {

enum class day_part { morning, afternoon, evening };

/// A time of day as said. "two thirty" leaves open which half of the day is meant.
struct clock_reading {
  std::chrono::minutes time{0}; ///< since midnight; below 12 h when the half is open
  bool half_open = false;
};

/// What a caller said about when. Every part may be missing.
struct spoken_when {
  std::optional<date::local_days> day;
  std::optional<clock_reading> clock;
  std::optional<day_part> part;
  bool any_time = false;  ///< "any time", "whenever", "it doesn't matter"
  bool earliest = false;  ///< "first thing", "as soon as possible", "the earliest"
  bool latest = false;    ///< "the latest", "end of the day"
  std::vector<bool> used; ///< which of the words were understood as time; same size as the words

  bool empty() const { return !day && !clock && !part && !any_time && !earliest && !latest; }
};

/// What the caller was asked, so that a bare "two" or "the third" is understood.
enum class when_expected { nothing, day, time };

/// Finds dates and times among recognised words, relative to the local `now`. A weekday is the next
/// one after today; "next friday" is in the week (from Monday) after this one. Dates without a year
/// are the next to come. The reading is a guess until it was read back. Never fails.
spoken_when find_when(std::span<const std::string> words, local_minute now,
                      when_expected expected = when_expected::nothing);

/// The time of day meant: inside the opening hours of the weekday (none given: of any day) when one
/// of the two halves is, else the one people mean (7 to 12 in the morning). A said `part` decides.
std::chrono::minutes resolve_clock(const clock_reading& clock, std::optional<day_part> part,
                                   std::span<const opening> hours, std::optional<unsigned> weekday);

/// "Tuesday"; 0: Sunday, at most 6.
const char* weekday_name(unsigned weekday);
/// "November"; 1 to 12.
const char* month_name(unsigned month);
/// "Tuesday, November twenty fourth". No digits.
std::string say_day(date::local_days day);
/// "two thirty p.m.", "noon", "nine a.m.".
std::string say_time(std::chrono::minutes time);
/// "Tuesday, November twenty fourth at two thirty p.m."
std::string say_when(local_minute when);
} // namespace trunkline
