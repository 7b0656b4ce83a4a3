#include "bench/carrier/frame_clock.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

struct counter : frame_clock::listener {
  void on_beat(clock::time_point due) override {
    beats.push_back(due);
    if (then)
      then();
  }
  std::vector<clock::time_point> beats;
  std::function<void()> then;
};

TEST(frame_clock_test, beats_every_20_ms_on_an_absolute_schedule) {
  boost::asio::io_context io{1};
  auto& beats = frame_clock::of(io);
  EXPECT_EQ(&beats, &frame_clock::of(io));
  const auto one = std::make_shared<counter>();
  const auto began = clock::now();
  beats.add(one);
  io.run_for(250ms);
  ASSERT_GE(one->beats.size(), 10u);
  EXPECT_GE(one->beats[0] - began, 20ms);
  EXPECT_LE(one->beats[0] - began, 41ms);
  for (size_t i = 1; i < one->beats.size(); ++i)
    EXPECT_EQ(one->beats[i] - one->beats[i - 1], 20ms);
  EXPECT_EQ(beats.late().count(), one->beats.size());
}

TEST(frame_clock_test, makes_up_for_missed_beats_and_says_how_late_they_were) {
  boost::asio::io_context io{1};
  const auto one = std::make_shared<counter>();
  one->then = [&] {
    if (one->beats.size() == 1) // busy for a while
      for (const auto until = clock::now() + 110ms; clock::now() < until;) {
      }
  };
  frame_clock::of(io).add(one);
  const auto began = clock::now();
  while (clock::now() - began < 200ms)
    io.run_for(10ms);
  EXPECT_GE(one->beats.size(), 8u);
  for (size_t i = 1; i < one->beats.size(); ++i)
    EXPECT_EQ(one->beats[i] - one->beats[i - 1], 20ms);
  EXPECT_GE(frame_clock::of(io).late().max(), 85ms);
}

TEST(frame_clock_test, spreads_its_listeners_over_the_milliseconds) {
  boost::asio::io_context io{1};
  std::vector<std::shared_ptr<counter>> all;
  for (int i = 0; i < 40; ++i)
    frame_clock::of(io).add(all.emplace_back(std::make_shared<counter>()));
  io.run_for(100ms);
  std::map<int64_t, int> slots;
  for (const auto& one : all)
    ++slots[one->beats.at(0).time_since_epoch() / 1ms % 20];
  EXPECT_EQ(slots.size(), 20u);
  for (const auto& [slot, count] : slots)
    EXPECT_EQ(count, 2) << slot;
}

TEST(frame_clock_test, listeners_may_come_and_go_while_it_beats) {
  boost::asio::io_context io{1};
  auto& beats = frame_clock::of(io);
  const auto one = std::make_shared<counter>(), two = std::make_shared<counter>();
  one->then = [&] {
    if (one->beats.size() == 2) {
      beats.remove(*one);
      beats.add(two);
    }
  };
  two->then = [&] {
    if (two->beats.size() == 2)
      beats.remove(*two);
  };
  beats.add(one);
  io.run_for(1000ms); // ends by itself
  EXPECT_EQ(one->beats.size(), 2u);
  EXPECT_EQ(two->beats.size(), 2u);
  EXPECT_EQ(beats.size(), 0u);
  EXPECT_EQ(one.use_count(), 1);
}

TEST(lateness_test, percentiles_are_exact_to_10_us) {
  lateness late;
  EXPECT_EQ(late.percentile(0.99), 0ms);
  for (int i = 0; i < 1000; ++i)
    late.add(i < 985 ? 1ms : 40ms);
  EXPECT_LE(late.percentile(0.5) - 1ms, 10us);
  EXPECT_LE(late.percentile(0.99) - 40ms, 10us);
  late.add(-5ms);
  late.add(5s);
  EXPECT_EQ(late.max(), 5s);
  EXPECT_EQ(late.count(), 1002u);
}

} // namespace
} // namespace trunkline
