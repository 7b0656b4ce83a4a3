#include "infra/time/zone.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

const std::string zone = "America/New_York";

std::string utc(const char* local, clock_gap gap = clock_gap::refuse) {
  const auto found = to_utc(*parse_local_iso(local), zone, gap);
  if (!found)
    return std::string{to_string(found.error().kind)};
  return date::format("%FT%R", *found);
}

TEST(zone, turns_local_times_into_instants_and_back) {
  EXPECT_EQ(utc("2026-11-24T14:30"), "2026-11-24T19:30");
  EXPECT_EQ(utc("2026-07-01T14:30"), "2026-07-01T18:30");
  const auto instant = to_utc(*parse_local_iso("2026-11-24T14:30"), zone);
  EXPECT_EQ(to_iso(*to_local(*instant, zone)), "2026-11-24T14:30");
}

TEST(zone, knows_the_hour_that_never_happens_and_the_one_that_happens_twice) {
  EXPECT_EQ(utc("2027-03-14T02:30"), "bad_input");
  EXPECT_EQ(utc("2027-03-14T02:30", clock_gap::move_on), "2027-03-14T07:00");
  EXPECT_EQ(utc("2026-11-01T01:30"), "2026-11-01T05:30"); // the first of the two
  EXPECT_EQ(utc("2026-11-01T02:00"), "2026-11-01T07:00");
}

TEST(zone, names_an_unknown_zone) {
  EXPECT_TRUE(check_zone("Europe/Berlin"));
  for (const auto* bad : {"", "Mars/Olympus", "../../etc/passwd"}) {
    EXPECT_EQ(check_zone(bad).error().kind, failure_kind::not_found) << bad;
    EXPECT_FALSE(to_local({}, bad));
  }
}

} // namespace
} // namespace trunkline
