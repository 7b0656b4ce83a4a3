#include "actors/media/kept_speech.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {
namespace {

using namespace std::chrono_literals;

constexpr size_t frame_bytes = 160;

/// So many 20 ms frames of one byte.
void add(kept_speech& to, uint8_t of, size_t frames) {
  const std::vector<uint8_t> frame(frame_bytes, of);
  for (size_t i = 0; i < frames; ++i)
    to.add(frame);
}

TEST(kept_speech, is_a_lead_in_and_the_voice) {
  kept_speech kept{6s};
  add(kept, 1, 100);
  EXPECT_TRUE(kept.utterance().empty());
  kept.voice_begins();
  add(kept, 2, 50);
  kept.voice_ends();
  add(kept, 3, 10);
  const auto& all = kept.utterance();
  const auto lead_in = static_cast<size_t>(std::count(all.begin(), all.end(), 1));
  EXPECT_GE(lead_in, kept_speech::lead_in_bytes);
  EXPECT_LE(lead_in, 2 * kept_speech::lead_in_bytes);
  EXPECT_EQ(std::count(all.begin(), all.end(), 2), 50 * static_cast<long>(frame_bytes));
  EXPECT_EQ(all.size(), lead_in + 50 * frame_bytes) << "and nothing that follows";
}

TEST(kept_speech, begins_anew_with_each_voice) {
  kept_speech kept{6s};
  kept.voice_begins();
  EXPECT_TRUE(kept.utterance().empty()) << "there was nothing before it";
  add(kept, 1, 50);
  kept.voice_ends();
  add(kept, 2, 100);
  kept.voice_begins();
  add(kept, 3, 5);
  EXPECT_EQ(std::count(kept.utterance().begin(), kept.utterance().end(), 1), 0);
}

TEST(kept_speech, is_forgotten_on_demand_with_its_memory) {
  kept_speech kept{6s};
  add(kept, 1, 20);
  kept.voice_begins();
  add(kept, 2, 50);
  kept.voice_ends();
  kept.forget();
  EXPECT_TRUE(kept.utterance().empty());
  EXPECT_LE(kept.bytes_held(), 2 * kept_speech::lead_in_bytes);
  kept.voice_begins();
  EXPECT_FALSE(kept.utterance().empty()) << "the next one has its lead-in";
}

TEST(kept_speech, is_forgotten_when_nobody_asks_for_it_any_more) {
  kept_speech kept{2s};
  add(kept, 1, 20);
  kept.voice_begins();
  add(kept, 2, 50);
  kept.voice_ends();
  add(kept, 3, 99);
  EXPECT_FALSE(kept.utterance().empty());
  add(kept, 3, 1);
  EXPECT_TRUE(kept.utterance().empty());
  EXPECT_LE(kept.bytes_held(), 2 * kept_speech::lead_in_bytes) << "its memory, too";
}

TEST(kept_speech, holds_little_more_than_it_keeps_and_has_an_end) {
  kept_speech kept{6s};
  kept.voice_begins();
  for (size_t frames = 0; frames < 1000; frames += 10) {
    add(kept, 1, 10);
    EXPECT_LE(kept.bytes_held(), kept.utterance().size() + 8000 + 2 * kept_speech::lead_in_bytes);
  }
  EXPECT_EQ(kept.utterance().size(), kept_speech::utterance_bytes_max);
}

TEST(kept_speech, takes_a_frame_of_any_size) {
  kept_speech kept{6s};
  kept.add(std::vector<uint8_t>(50'000, 1));
  kept.voice_begins();
  kept.add(std::vector<uint8_t>(10'000, 2));
  EXPECT_EQ(std::count(kept.utterance().begin(), kept.utterance().end(), 2), 10'000);
  kept.add({});
  kept.add(std::vector<uint8_t>(60'000, 3));
  EXPECT_EQ(std::count(kept.utterance().begin(), kept.utterance().end(), 3), 0)
      << "a piece that does not fit is left out";
}

} // namespace
} // namespace trunkline
