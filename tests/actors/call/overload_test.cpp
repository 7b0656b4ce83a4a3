#include "actors/call/overload.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

/// A letter a beat: 'L' as late as counts, 'h' half of that, '.' in time.
void feed(overload_watch& watch, std::string_view beats) {
  for (const char beat : beats)
    watch.on_lag(beat == 'L' ? 250ms : beat == 'h' ? 125ms : 10ms);
}

TEST(overload, is_seen_when_most_of_the_last_beats_were_late) {
  overload_watch watch{250ms};
  feed(watch, "LLL");
  EXPECT_FALSE(watch.overloaded());
  feed(watch, "L");
  EXPECT_TRUE(watch.overloaded());
  overload_watch spikes{250ms};
  feed(spikes, "L..L..LL..L.hL..L...L");
  EXPECT_FALSE(spikes.overloaded()) << "a late beat now and then is no overload";
  overload_watch with_gaps{250ms};
  feed(with_gaps, "LL..LL");
  EXPECT_TRUE(with_gaps.overloaded());
}

TEST(overload, is_over_after_ten_calm_seconds) {
  overload_watch watch{250ms};
  feed(watch, "LLLL...................");
  EXPECT_TRUE(watch.overloaded()) << "nineteen calm beats";
  feed(watch, "h...................");
  EXPECT_TRUE(watch.overloaded()) << "half as late is not calm";
  feed(watch, ".");
  EXPECT_FALSE(watch.overloaded());
}

TEST(overload, lasts_when_it_goes_on_for_ten_seconds_more) {
  overload_watch watch{250ms};
  feed(watch, "LLLLLLLLLLLLLLLLLLLLLLL");
  EXPECT_FALSE(watch.lasting());
  feed(watch, "L");
  EXPECT_TRUE(watch.lasting());
  feed(watch, "...");
  EXPECT_FALSE(watch.lasting()) << "no more calls are moved while it gets better";
  EXPECT_TRUE(watch.overloaded());
  feed(watch, "LLLL");
  EXPECT_TRUE(watch.lasting());
}

TEST(overload, is_never_seen_when_switched_off) {
  overload_watch watch{0ms};
  feed(watch, "LLLLLLLLLLLL");
  EXPECT_FALSE(watch.overloaded());
}

} // namespace
} // namespace trunkline
