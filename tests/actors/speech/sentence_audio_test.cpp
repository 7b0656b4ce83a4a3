#include "actors/speech/sentence_audio.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace trunkline {
namespace {

sentence_audio::bytes counting(uint8_t from, size_t count) {
  auto made = std::make_shared<std::vector<uint8_t>>(count);
  std::iota(made->begin(), made->end(), from);
  return made;
}

std::vector<uint8_t> content(const sentence_audio::piece& one) {
  return one.of ? std::vector<uint8_t>{one.of->begin() + static_cast<ptrdiff_t>(one.from),
                                       one.of->begin() + static_cast<ptrdiff_t>(one.to)}
                : std::vector<uint8_t>{};
}

TEST(sentence_audio, gives_the_same_bytes_however_they_came_and_are_cut) {
  for (size_t chunk = 1; chunk <= 12; ++chunk) {
    sentence_audio audio;
    for (size_t at = 0; at < 100; at += chunk)
      audio.append(counting(static_cast<uint8_t>(at), std::min(chunk, 100 - at)));
    ASSERT_EQ(audio.size(), 100u);
    for (size_t piece = 1; piece <= 30; ++piece) {
      std::vector<uint8_t> all;
      for (size_t at = 0; at < audio.size();) {
        const auto part = content(audio.at(at, piece));
        ASSERT_EQ(part.size(), std::min(piece, 100 - at));
        all.insert(all.end(), part.begin(), part.end());
        at += part.size();
      }
      EXPECT_EQ(all, *counting(0, 100)) << chunk << " " << piece;
    }
  }
}

TEST(sentence_audio, does_not_copy_what_lies_in_one_chunk) {
  sentence_audio audio;
  const auto chunk = counting(0, 50);
  audio.append(chunk);
  audio.append(counting(50, 50));
  EXPECT_EQ(audio.at(10, 40).of, chunk);
  EXPECT_NE(audio.at(10, 41).of, chunk);
}

TEST(sentence_audio, is_empty_beyond_its_end_and_takes_no_empty_chunks) {
  sentence_audio audio;
  audio.append(nullptr);
  audio.append(counting(0, 0));
  EXPECT_TRUE(audio.empty());
  EXPECT_EQ(audio.at(0, 10).size(), 0u);
  audio.append(counting(0, 5));
  EXPECT_EQ(audio.at(5, 10).size(), 0u);
  EXPECT_EQ(audio.at(4, 10).size(), 1u);
}

} // namespace
} // namespace trunkline
