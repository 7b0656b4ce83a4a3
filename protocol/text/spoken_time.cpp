#include "protocol/text/spoken_time.hpp"

#include "protocol/text/number_words.hpp"
#include "protocol/text/spoken_time_readers.hpp"

#include <array>
#include <string_view>

namespace trunkline {

using std::chrono::minutes;

namespace {

constexpr minutes half_day{12 * 60};

constexpr std::array<const char*, 7> weekday_names = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

struct phrase_meaning {
  std::string_view phrase;
  std::optional<day_part> part;
  bool any_time = false, earliest = false, latest = false;
};

constexpr phrase_meaning phrase_meanings[] = {
    {"first thing", day_part::morning, false, true, false},
    {"as soon as possible", {}, false, true, false},
    {"as soon as you can", {}, false, true, false},
    {"as early as possible", {}, false, true, false},
    {"asap", {}, false, true, false},
    {"the earliest", {}, false, true, false},
    {"earliest", {}, false, true, false},
    {"soonest", {}, false, true, false},
    {"next available", {}, false, true, false},
    {"first available", {}, false, true, false},
    {"next opening", {}, false, true, false},
    {"first opening", {}, false, true, false},
    {"the latest", {}, false, false, true},
    {"as late as possible", {}, false, false, true},
    {"end of the day", {}, false, false, true},
    {"late in the day", {}, false, false, true},
    {"any time", {}, true, false, false},
    {"anytime", {}, true, false, false},
    {"any day", {}, true, false, false},
    {"whenever", {}, true, false, false},
    {"don't mind", {}, true, false, false},
    {"don't care", {}, true, false, false},
    {"doesn't matter", {}, true, false, false},
    {"does not matter", {}, true, false, false},
    {"no preference", {}, true, false, false},
    {"after lunch", day_part::afternoon, false, false, false},
    {"in the morning", day_part::morning, false, false, false},
    {"morning", day_part::morning, false, false, false},
    {"mornings", day_part::morning, false, false, false},
    {"in the afternoon", day_part::afternoon, false, false, false},
    {"afternoon", day_part::afternoon, false, false, false},
    {"afternoons", day_part::afternoon, false, false, false},
    {"in the evening", day_part::evening, false, false, false},
    {"evening", day_part::evening, false, false, false},
    {"tonight", day_part::evening, false, false, false},
    {"at night", day_part::evening, false, false, false},
};

void read_phrases(std::span<const std::string> words, spoken_when& found) {
  for (const auto& meaning : phrase_meanings) {
    const auto at = find_phrase(words, meaning.phrase);
    if (at == std::string::npos)
      continue;
    if (meaning.phrase == "morning" && at > 0 && words[at - 1] == "good")
      continue; // a greeting
    if (meaning.phrase == "afternoon" && at > 0 && words[at - 1] == "good")
      continue;
    if (meaning.part)
      found.part = meaning.part;
    found.any_time |= meaning.any_time;
    found.earliest |= meaning.earliest;
    found.latest |= meaning.latest;
    const auto count = split_words(meaning.phrase).size();
    for (size_t i = at; i < at + count; ++i)
      found.used[i] = true;
  }
}

bool is_open(std::span<const opening> hours, std::optional<unsigned> weekday, minutes time) {
  for (const auto& stretch : hours)
    if ((!weekday || stretch.weekday == *weekday) && stretch.opens <= time && time < stretch.closes)
      return true;
  return false;
}

} // namespace

minutes resolve_clock(const clock_reading& clock, std::optional<day_part> part,
                      std::span<const opening> hours, std::optional<unsigned> weekday) {
  if (!clock.half_open)
    return clock.time;
  const auto before_noon = clock.time, after_noon = clock.time + half_day;
  if (part)
    return *part == day_part::morning ? before_noon : after_noon;
  const bool early = is_open(hours, weekday, before_noon);
  const bool late = is_open(hours, weekday, after_noon);
  if (early != late)
    return early ? before_noon : after_noon;
  return clock.time >= minutes{7 * 60} ? before_noon : after_noon;
}

spoken_when find_when(std::span<const std::string> words, local_minute now,
                      when_expected expected) {
  spoken_when found;
  found.used.assign(words.size(), false);
  read_day(words, date::floor<date::days>(now), expected, found);
  read_clock(words, expected, found);
  read_phrases(words, found);
  if (found.clock && found.clock->half_open && found.part)
    found.clock = clock_reading{resolve_clock(*found.clock, found.part, {}, {}), false};
  return found;
}

const char* weekday_name(unsigned weekday) {
  return weekday_names.at(weekday);
}

const char* month_name(unsigned month) {
  return month_names.at(month - 1);
}

std::string say_day(date::local_days day) {
  const date::year_month_day ymd{day};
  return std::string{weekday_names[weekday_of(day)]} + ", " +
         month_names[static_cast<unsigned>(ymd.month()) - 1] + ' ' +
         ordinal_in_words(static_cast<int>(static_cast<unsigned>(ymd.day())));
}

std::string say_time(minutes time) {
  const int hour = static_cast<int>(time.count() / 60) % 24;
  const int minute = static_cast<int>(time.count() % 60);
  if (minute == 0 && hour % 12 == 0)
    return hour == 12 ? "noon" : "midnight";
  auto text = number_in_words(hour % 12 == 0 ? 12 : hour % 12);
  if (minute > 0)
    text += (minute < 10 ? " oh " : " ") + number_in_words(minute);
  return text + (hour < 12 ? " a.m." : " p.m.");
}

std::string say_when(local_minute when) {
  return say_day(date::floor<date::days>(when)) + " at " + say_time(time_of_day(when));
}

} // namespace trunkline
