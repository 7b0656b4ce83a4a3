#pragma once

#include "protocol/time/local_time.hpp"
#include "schema/failure.hpp"
#include "schema/records.hpp"

#include <string>

namespace trunkline {

/// What a local time means that a change of clocks skipped.
enum class clock_gap { refuse, move_on };

/// Wall clock of an IANA zone ("America/New_York") at an instant, cut to the minute. Thread safe;
/// the zone database is read once, at the first use. Unknown zone: `not_found`.
result<local_minute> to_local(timestamp when, const std::string& zone);

/// The instant of a local time. A time that happens twice (clocks go back) is its first occurrence.
/// One that never happens is `bad_input`, or the instant after the gap with `move_on`.
result<timestamp> to_utc(local_minute when, const std::string& zone,
                         clock_gap gap = clock_gap::refuse);

/// Whether the zone is known, for configuration checks.
result<void> check_zone(const std::string& zone);

} // namespace trunkline
