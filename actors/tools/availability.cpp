#include "actors/tools/availability.hpp"

#include "infra/time/zone.hpp"

#include <algorithm>

namespace trunkline {

using std::chrono::hours;
using std::chrono::minutes;

std::string_view to_string(slot_rule rule) {
  switch (rule) {
  case slot_rule::ok:
    return "ok";
  case slot_rule::closed:
    return "closed";
  case slot_rule::holiday:
    return "holiday";
  case slot_rule::past:
    return "past";
  case slot_rule::too_soon:
    return "too_soon";
  case slot_rule::too_far:
    return "too_far";
  case slot_rule::not_a_start:
    break;
  }
  return "not_a_start";
}

result<schedule_rules> schedule_rules::make(const assistant& who, minutes duration, timestamp now) {
  const auto local = to_local(now, who.time_zone);
  if (!local)
    return local.error();
  return schedule_rules{who, std::max(duration, minutes{1}), now, *local};
}

bool schedule_rules::is_holiday(date::local_days day) const {
  return std::find(who_->holidays.begin(), who_->holidays.end(), to_iso(day)) !=
         who_->holidays.end();
}

slot_rule schedule_rules::check_day(date::local_days day) const {
  const auto today = date::floor<date::days>(now_local_);
  if (day < today)
    return slot_rule::past;
  if (day > today + date::days{static_cast<int>(who_->booking_days_ahead)})
    return slot_rule::too_far;
  if (is_holiday(day))
    return slot_rule::holiday;
  const auto starts = starts_of(day);
  if (starts.empty())
    return slot_rule::closed;
  const auto last = check_instant(starts.back().starts_at);
  return last == slot_rule::past && day == today ? slot_rule::too_soon : last;
}

slot_rule schedule_rules::check_instant(timestamp start) const {
  if (start <= now_)
    return slot_rule::past;
  return start < now_ + who_->booking_lead ? slot_rule::too_soon : slot_rule::ok;
}

// By hours and step alone. An opening may run past midnight, so the day before counts too.
std::vector<slot> schedule_rules::starts_of(date::local_days day) const {
  std::vector<slot> found;
  const auto step = std::max(who_->slot_step, minutes{5});
  for (const auto opening_day : {day - date::days{1}, day}) {
    if (is_holiday(opening_day))
      continue;
    for (const auto& stretch : who_->hours) {
      if (stretch.weekday != weekday_of(opening_day))
        continue;
      for (auto at = stretch.opens; at + duration_ <= stretch.closes; at += step) {
        const local_minute local = opening_day + at;
        if (date::floor<date::days>(local) != day)
          continue;
        const auto starts_at = to_utc(local, who_->time_zone);
        if (starts_at)
          found.push_back({local, *starts_at, *starts_at + duration_});
      }
    }
  }
  std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.local < b.local; });
  found.erase(
      std::unique(found.begin(), found.end(), [](auto& a, auto& b) { return a.local == b.local; }),
      found.end());
  return found;
}

slot_rule schedule_rules::check_start(local_minute start) const {
  const auto day = date::floor<date::days>(start);
  if (const auto rule = check_day(day); rule != slot_rule::ok && rule != slot_rule::too_soon)
    return rule;
  const auto starts = starts_of(day);
  const auto found = std::find_if(starts.begin(), starts.end(),
                                  [&](const slot& each) { return each.local == start; });
  if (found != starts.end())
    return check_instant(found->starts_at);
  for (const auto& stretch : who_->hours)
    if (stretch.weekday == weekday_of(day) && stretch.opens <= time_of_day(start) &&
        time_of_day(start) + duration_ <= stretch.closes)
      return slot_rule::not_a_start;
  return slot_rule::closed;
}

std::vector<slot> schedule_rules::slots_of(date::local_days day) const {
  if (check_day(day) != slot_rule::ok)
    return {};
  auto starts = starts_of(day);
  std::erase_if(starts,
                [&](const slot& each) { return check_instant(each.starts_at) != slot_rule::ok; });
  return starts;
}

std::vector<slot> free_slots(std::vector<slot> slots,
                             const std::vector<appointment_record>& booked) {
  std::erase_if(slots, [&](const slot& each) {
    return std::any_of(booked.begin(), booked.end(), [&](const appointment_record& other) {
      return other.starts_at < each.ends_at && each.starts_at < other.ends_at;
    });
  });
  return slots;
}

bool is_open(const assistant& who, timestamp now) {
  const auto local = to_local(now, who.time_zone);
  if (!local)
    return false;
  const auto today = date::floor<date::days>(*local);
  // An opening may run past midnight, so the day before counts too.
  for (const auto day : {today - date::days{1}, today}) {
    const auto iso = to_iso(day);
    if (std::find(who.holidays.begin(), who.holidays.end(), iso) != who.holidays.end())
      continue;
    for (const auto& stretch : who.hours)
      if (stretch.weekday == weekday_of(day) && day + stretch.opens <= *local &&
          *local < day + stretch.closes)
        return true;
  }
  return false;
}

bool in_part(local_minute when, day_part part) {
  const auto time = time_of_day(when);
  switch (part) {
  case day_part::morning:
    return time < hours{12};
  case day_part::afternoon:
    return time >= hours{12} && time < hours{17};
  case day_part::evening:
    break;
  }
  return time >= hours{17};
}

} // namespace trunkline
