#include "infra/speech/flite_voice.hpp"

#include "protocol/audio/mulaw.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace trunkline {
namespace {

TEST(flite_voice, every_voice_speaks_a_sentence_of_sensible_length) {
  for (auto voice : flite_voices()) {
    const auto sound =
        synthesize_mulaw(std::string{voice}, "Your cleaning is on Tuesday at half past two.");
    ASSERT_TRUE(sound) << voice;
    EXPECT_GT(sound->size(), 1200 * mulaw_bytes_per_ms) << voice;
    EXPECT_LT(sound->size(), 5000 * mulaw_bytes_per_ms) << voice;
    int loudest = 0;
    for (auto byte : *sound)
      loudest = std::max(loudest, std::abs(int{mulaw_decode(byte)}));
    EXPECT_GT(loudest, 2000) << voice;
  }
}

TEST(flite_voice, kal16_is_the_same_every_time) {
  const auto first = synthesize_mulaw("kal16", "Good morning.");
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, *synthesize_mulaw("kal16", "Good morning."));
}

TEST(flite_voice, threads_do_not_disturb_each_other) {
  const std::string text = "Thank you for calling, how can I help you today?";
  std::vector<std::vector<uint8_t>> alone;
  for (auto voice : flite_voices())
    alone.push_back(*synthesize_mulaw(std::string{voice}, text));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 3; ++i) {
        const auto which = static_cast<size_t>(t + i) % alone.size();
        const auto sound = synthesize_mulaw(std::string{flite_voices()[which]}, text);
        // The statistical voices draw their own noise, kal16 is exact.
        const bool same = which == 0 ? *sound == alone[which]
                                     : std::abs(static_cast<long>(sound->size()) -
                                                static_cast<long>(alone[which].size())) < 400;
        wrong += same ? 0 : 1;
      }
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(flite_voice, what_cannot_be_said_is_a_failure_or_silence) {
  using namespace std::string_literals;
  EXPECT_EQ(synthesize_mulaw("nobody", "hi").error().kind, failure_kind::bad_input);
  EXPECT_EQ(synthesize_mulaw("slt", std::string(3000, 'a')).error().kind, failure_kind::bad_input);
  EXPECT_TRUE(synthesize_mulaw("kal16", "")->empty());
  EXPECT_TRUE(synthesize_mulaw("kal16", " ... \x01\x02 !?")->empty());
  const auto odd = synthesize_mulaw("kal16", "hello\0 \x1b[31m \xff wor\tld <break/> %s %n"s);
  ASSERT_TRUE(odd);
  EXPECT_GT(odd->size(), 800u);
}

TEST(flite_voice, pronunciations_come_in_the_phones_of_the_recogniser) {
  EXPECT_EQ(word_pronunciation("bright"), "B R AY T");
  EXPECT_EQ(word_pronunciation("dental"), "D EH N T AH L");
  EXPECT_FALSE(word_pronunciation("zwoltek").empty());
  EXPECT_EQ(word_pronunciation(""), "");
  EXPECT_EQ(word_pronunciation("no way"), "");
  EXPECT_EQ(word_pronunciation("caf\xc3\xa9"), "");
}

} // namespace
} // namespace trunkline
