#include "actors/media/recording_mix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

constexpr uint8_t silence = 0xff;
constexpr size_t frame = 160;

std::vector<uint8_t> sound(size_t size, uint8_t value) {
  return std::vector<uint8_t>(size, value);
}

/// The whole recording, one side of it.
struct sides {
  std::vector<uint8_t> caller, agent;
};

class recording_mix_test : public ::testing::Test {
protected:
  /// A frame of the caller that came when it was said.
  void frame_at(milliseconds told, uint8_t value, milliseconds late = 0ms) {
    mix.caller(told + 20ms + late, static_cast<uint64_t>(told.count()) + 1000, sound(frame, value));
    collect();
  }
  void frames(milliseconds from, milliseconds to, uint8_t value) {
    for (; from < to; from += 20ms)
      frame_at(from, value);
  }
  void collect() {
    while (auto block = mix.block()) {
      EXPECT_EQ(block->size(), 1600u);
      bytes += *block;
    }
  }
  sides finish() {
    mix.end();
    collect();
    bytes += mix.rest();
    sides both;
    for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
      both.caller.push_back(static_cast<uint8_t>(bytes[i]));
      both.agent.push_back(static_cast<uint8_t>(bytes[i + 1]));
    }
    return both;
  }
  static size_t count(const std::vector<uint8_t>& in, uint8_t value) {
    return static_cast<size_t>(std::count(in.begin(), in.end(), value));
  }
  static milliseconds first(const std::vector<uint8_t>& in, uint8_t value) {
    return milliseconds{(std::find(in.begin(), in.end(), value) - in.begin()) / 8};
  }

  recording_mix mix{1600};
  std::string bytes;
};

TEST_F(recording_mix_test, has_the_caller_left_and_the_agent_right_and_silence_between) {
  frames(0ms, 400ms, 1);
  mix.agent(400ms, sound(800, 2));
  frames(400ms, 800ms, 3);
  const auto both = finish();
  ASSERT_EQ(both.caller.size(), 800u * 8);
  EXPECT_EQ(count(both.caller, 1), 400u * 8);
  EXPECT_EQ(count(both.caller, 3), 400u * 8);
  EXPECT_EQ(first(both.agent, 2), 400ms);
  EXPECT_EQ(count(both.agent, 2), 800u);
  EXPECT_EQ(count(both.agent, silence), 800u * 8 - 800);
}

TEST_F(recording_mix_test, a_lost_frame_is_silence_of_its_length) {
  frames(0ms, 200ms, 1);
  frames(240ms, 400ms, 2);
  const auto both = finish();
  EXPECT_EQ(both.caller.size(), 400u * 8);
  EXPECT_EQ(count(both.caller, silence), 40u * 8);
  EXPECT_EQ(first(both.caller, silence), 200ms);
}

TEST_F(recording_mix_test, a_late_frame_takes_its_place_and_a_repeated_one_changes_nothing) {
  frames(0ms, 200ms, 1);
  frames(220ms, 300ms, 2);
  frame_at(200ms, 9, 100ms);
  frame_at(280ms, 2, 20ms);
  frames(300ms, 400ms, 3);
  const auto both = finish();
  EXPECT_EQ(both.caller.size(), 400u * 8);
  EXPECT_EQ(first(both.caller, 9), 200ms);
  EXPECT_EQ(count(both.caller, 9), frame);
  EXPECT_EQ(count(both.caller, silence), 0u);
}

TEST_F(recording_mix_test, a_frame_that_is_too_late_is_left_out) {
  frames(0ms, 200ms, 1);
  frames(220ms, 3000ms, 2);
  frame_at(200ms, 9, 2800ms);
  const auto both = finish();
  EXPECT_EQ(both.caller.size(), 3000u * 8);
  EXPECT_EQ(count(both.caller, 9), 0u);
}

TEST_F(recording_mix_test, the_agent_is_where_it_is_heard_though_it_is_sent_ahead) {
  frames(0ms, 100ms, 1);
  for (int i = 0; i < 5; ++i) // a second of sound, sent at once
    mix.agent(100ms, sound(1600, static_cast<uint8_t>(10 + i)));
  frames(100ms, 1500ms, 1);
  const auto both = finish();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(first(both.agent, static_cast<uint8_t>(10 + i)), 100ms + i * 200ms);
}

TEST_F(recording_mix_test, what_a_clear_has_cut_was_not_heard) {
  frames(0ms, 100ms, 1);
  mix.agent(100ms, sound(8000, 2));
  frames(100ms, 400ms, 1);
  mix.clear(400ms);
  mix.clear(400ms);
  frames(400ms, 600ms, 1);
  mix.agent(600ms, sound(800, 3));
  frames(600ms, 2000ms, 1);
  const auto both = finish();
  EXPECT_EQ(count(both.agent, 2), 300u * 8);
  EXPECT_EQ(first(both.agent, 3), 600ms);
  EXPECT_EQ(count(both.agent, 3), 800u);
}

TEST_F(recording_mix_test, ends_with_the_callers_last_frame) {
  frames(0ms, 100ms, 1);
  mix.agent(100ms, sound(8000, 2));
  frames(100ms, 500ms, 1);
  const auto both = finish();
  EXPECT_EQ(both.caller.size(), 500u * 8);
  EXPECT_EQ(count(both.agent, 2), 400u * 8);
}

TEST_F(recording_mix_test, a_line_that_stalls_does_not_move_the_agent) {
  frames(0ms, 1000ms, 1);
  mix.agent(1500ms, sound(800, 2)); // nothing has come for half a second
  for (auto told = 1000ms; told < 2000ms; told += 20ms) {
    mix.caller(2000ms, static_cast<uint64_t>(told.count()) + 1000, sound(frame, 1));
    collect();
    if (told == 1500ms)
      mix.agent(2000ms, sound(80, 3));
  }
  frames(2000ms, 2600ms, 1);
  const auto both = finish();
  EXPECT_EQ(first(both.agent, 2), 1500ms);
  EXPECT_EQ(first(both.agent, 3), 2000ms);
  EXPECT_EQ(count(both.caller, 1), 2600u * 8);
}

TEST_F(recording_mix_test, does_not_drift_in_an_hour_of_lost_and_late_frames_and_a_slow_clock) {
  std::minstd_rand random{7};
  constexpr auto hour = 3600'000ms;
  std::vector<milliseconds> spoken;
  size_t heard = 0;
  for (auto told = 0ms; told < hour; told += 20ms) {
    const auto ours = milliseconds{told.count() + told.count() / 20'000}; // 50 ppm: 180 ms an hour
    if (random() % 50 != 0)
      mix.caller(ours + 20ms + milliseconds{random() % 8},
                 static_cast<uint64_t>(told.count()) + 1000 + random() % 4, sound(frame, 1));
    if (told.count() % 60'000 == 30'000) { // once a minute, a second
      mix.agent(ours + 20ms, sound(8000, 2));
      spoken.push_back(told + 20ms);
    }
    while (auto block = mix.block())
      bytes += *block;
  }
  const auto both = finish();
  EXPECT_NEAR(static_cast<double>(both.caller.size()) / 8, 3600'000.0, 20.0);
  size_t from = 0;
  for (const auto when : spoken) {
    while (from < both.agent.size() && both.agent[from] != 2)
      ++from;
    EXPECT_NEAR(static_cast<double>(from) / 8, static_cast<double>(when.count()), 20.0);
    for (heard = 0; from < both.agent.size() && both.agent[from] == 2; ++from)
      ++heard;
    EXPECT_EQ(heard, 8000u);
  }
  EXPECT_EQ(spoken.size(), 60u);
}

TEST_F(recording_mix_test, timestamps_that_cannot_be_are_not_believed_and_memory_is_bounded) {
  frames(0ms, 100ms, 1);
  for (const auto told : {UINT64_MAX, uint64_t{1} << 60, uint64_t{50'000'000}, uint64_t{1}})
    mix.caller(120ms, told, sound(frame, 2));
  for (int i = 0; i < 1000; ++i)
    mix.agent(120ms, sound(8000, 3));
  const auto both = finish();
  EXPECT_EQ(both.caller.size(), 100u * 8 + 4 * frame);
}

TEST_F(recording_mix_test, without_timestamps_frames_follow_each_other) {
  for (int i = 0; i < 10; ++i)
    mix.caller(20ms * (i + 1), 0, sound(frame, 1));
  EXPECT_EQ(finish().caller.size(), 10 * frame);
}

TEST_F(recording_mix_test, that_begins_with_the_agent_has_it_before_the_callers_first_frame) {
  mix.agent(0ms, sound(800, 2));
  frames(200ms, 400ms, 1);
  const auto both = finish();
  EXPECT_EQ(first(both.agent, 2), 0ms);
  EXPECT_EQ(first(both.caller, 1), 200ms);
  EXPECT_EQ(both.caller.size(), 400u * 8);
}

} // namespace
