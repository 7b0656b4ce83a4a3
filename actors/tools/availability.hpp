#pragma once

#include "protocol/text/spoken_time.hpp"
#include "protocol/time/local_time.hpp"
#include "schema/assistant.hpp"
#include "schema/failure.hpp"
#include "schema/records.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace trunkline {

/// Why a day or a time cannot be booked, whoever else has booked.
enum class slot_rule { ok, closed, holiday, past, too_soon, too_far, not_a_start };

std::string_view to_string(slot_rule rule);

/// A stretch of time that can be booked, both as local time and as instants.
struct slot {
  local_minute local;
  timestamp starts_at{};
  timestamp ends_at{};
};

/// When appointments of one length may start under an assistant's hours, holidays, slot step, lead
/// time and days ahead. Times that a change of clocks skips are left out; a repeated hour counts
/// once. Pure apart from the zone database. Cheap to make; keeps a reference to the assistant.
class schedule_rules {
public:
  /// `not_found` when the assistant's time zone is unknown.
  static result<schedule_rules> make(const assistant& who, std::chrono::minutes duration,
                                     timestamp now);

  local_minute now_local() const { return now_local_; }
  /// Whether anything can be booked on that day at all.
  slot_rule check_day(date::local_days day) const;
  /// Whether an appointment may start at that time.
  slot_rule check_start(local_minute start) const;
  /// Every allowed start of a day, in order; empty when check_day is not ok.
  std::vector<slot> slots_of(date::local_days day) const;

private:
  schedule_rules(const assistant& who, std::chrono::minutes duration, timestamp now,
                 local_minute now_local)
      : who_{&who}, duration_{duration}, now_{now}, now_local_{now_local} {}

  std::vector<slot> starts_of(date::local_days day) const;
  bool is_holiday(date::local_days day) const;
  slot_rule check_instant(timestamp start) const;

  const assistant* who_;
  std::chrono::minutes duration_;
  timestamp now_;
  local_minute now_local_;
};

/// The slots that overlap none of the booked stretches.
std::vector<slot> free_slots(std::vector<slot> slots,
                             const std::vector<appointment_record>& booked);

/// The assistant's business is open at that moment; false when its zone is unknown.
bool is_open(const assistant& who, timestamp now);

bool in_part(local_minute when, day_part part);

} // namespace trunkline
