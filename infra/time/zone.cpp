#include "infra/time/zone.hpp"

#include <date/tz.h>

#include <exception>

namespace trunkline {

namespace {

result<const date::time_zone*> find_zone(const std::string& zone) {
  try {
    // Read by one thread, in code of ours: a ThreadSanitizer does not see the library's own guard.
    [[maybe_unused]] static const auto& all = date::get_tzdb();
    return date::locate_zone(zone);
  } catch (const std::exception&) {
    return failure{failure_kind::not_found, "time zone '" + zone +
                                                "' is unknown: use an IANA name such as "
                                                "America/New_York, and install tzdata"};
  }
}

} // namespace

result<local_minute> to_local(timestamp when, const std::string& zone) {
  const auto found = find_zone(zone);
  if (!found)
    return found.error();
  return date::floor<std::chrono::minutes>((*found)->to_local(when));
}

result<timestamp> to_utc(local_minute when, const std::string& zone, clock_gap gap) {
  const auto found = find_zone(zone);
  if (!found)
    return found.error();
  const auto info = (*found)->get_info(when);
  using std::chrono::milliseconds;
  if (info.result == date::local_info::nonexistent) {
    if (gap == clock_gap::move_on)
      return date::floor<milliseconds>(info.first.end);
    return failure{failure_kind::bad_input,
                   to_iso(when) + " does not exist in " + zone + ": the clocks are put forward"};
  }
  const auto utc =
      date::sys_time<std::chrono::minutes>{when.time_since_epoch()} - info.first.offset;
  return date::floor<milliseconds>(utc);
}

result<void> check_zone(const std::string& zone) {
  const auto found = find_zone(zone);
  if (!found)
    return found.error();
  return {};
}

} // namespace trunkline
