#include "actors/tools/availability.hpp"
#include "actors/tools/tool_runners.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace trunkline {

using date::days;
using date::local_days;

namespace {

constexpr size_t offers_max = 3;
constexpr int days_searched_max = 28;

std::optional<day_part> part_of(const std::string& word) {
  if (word == "morning")
    return day_part::morning;
  if (word == "afternoon")
    return day_part::afternoon;
  if (word == "evening")
    return day_part::evening;
  return std::nullopt;
}

// First, last and between: a choice over the whole of what is free.
std::vector<slot> spread(const std::vector<slot>& slots) {
  if (slots.size() <= offers_max)
    return slots;
  return {slots.front(), slots[slots.size() / 2], slots.back()};
}

std::vector<slot> closest(std::vector<slot> slots, local_minute wanted) {
  std::stable_sort(slots.begin(), slots.end(), [&](const slot& a, const slot& b) {
    return std::abs((a.local - wanted).count()) < std::abs((b.local - wanted).count());
  });
  if (slots.size() > offers_max)
    slots.resize(offers_max);
  std::sort(slots.begin(), slots.end(), [](auto& a, auto& b) { return a.local < b.local; });
  return slots;
}

/// What is asked for, and who can answer.
struct search {
  const tool_run& run;
  const schedule_rules& rules;
  std::string moving;

  result<std::vector<slot>> free_on(local_days day) const {
    auto slots = rules.slots_of(day);
    if (slots.empty())
      return slots;
    const auto& context = run.context;
    auto booked = context.store.appointments_between(context.who.tenant_id, "main",
                                                     slots.front().starts_at, slots.back().ends_at);
    if (!booked)
      return booked.error();
    std::erase_if(*booked, [&](const auto& row) {
      return row.id == moving && row.caller_number == context.facts.caller_number;
    });
    return free_slots(std::move(slots), *booked);
  }

  // The first later day with something free.
  result<std::vector<slot>> free_after(local_days day) const {
    const auto today = date::floor<days>(rules.now_local());
    day = std::max(day, today - days{1});
    for (int ahead = 1; ahead <= days_searched_max; ++ahead) {
      auto slots = free_on(day + days{ahead});
      if (!slots || !slots->empty())
        return slots;
    }
    return std::vector<slot>{};
  }
};

nlohmann::json iso_list(const std::vector<slot>& slots) {
  auto list = nlohmann::json::array();
  for (const auto& each : slots)
    list.push_back(to_iso(each.local));
  return list;
}

} // namespace

tool_outcome run_check_availability(const tool_run& run) {
  const auto day = parse_iso_date(run.text("date", 10));
  const auto time_text = run.text("time", 5);
  const auto time = parse_iso_time(time_text);
  if (!day || (!time && !time_text.empty()))
    return refused("bad_date");
  const auto service_id = run.text("service", 120);
  const auto* wanted = run.find_service(service_id);
  if (!wanted && !service_id.empty())
    return refused("unknown_service");
  const auto duration = wanted ? wanted->duration : run.context.who.slot_step;
  const auto rules = schedule_rules::make(run.context.who, duration, run.context.facts.now);
  if (!rules)
    return broken(rules.error());
  const search find{run, *rules, run.text("moving", 120)};
  const auto free = find.free_on(*day);
  if (!free)
    return broken(free.error());
  nlohmann::json answer{{"date", to_iso(*day)}, {"day", to_string(rules->check_day(*day))}};
  answer["free"] = iso_list(*free);
  auto part = *free;
  if (const auto asked = part_of(run.text("part", 9)))
    std::erase_if(part, [&](const slot& each) { return !in_part(each.local, *asked); });
  auto offers = time ? closest(*free, *day + *time) : spread(part.empty() ? *free : part);
  if (time)
    answer["wanted_free"] = std::any_of(
        free->begin(), free->end(), [&](const slot& each) { return each.local == *day + *time; });
  if (offers.empty()) {
    const auto later = find.free_after(*day);
    if (!later)
      return broken(later.error());
    const auto anchor = later->empty() ? local_minute{} : later->front().local;
    offers = time && !later->empty() ? closest(*later, date::floor<days>(anchor) + *time)
                                     : spread(*later);
  }
  answer["nearest"] = iso_list(offers);
  return succeeded(answer);
}

} // namespace trunkline
