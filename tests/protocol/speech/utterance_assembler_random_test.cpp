#include "tests/protocol/speech/conversation.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <sstream>

namespace trunkline::assembling {
namespace {

// A service that hears numbered words, settles them in windows, answers flushes, and whose messages
// may be late, lost or repeated; and a caller whose voice starts and stops at random.
class random_call {
public:
  random_call(unsigned seed, bool lossy) : random_{seed}, lossy_{lossy} {}

  void run() {
    for (int now = 0; now < 60000; now += 20) {
      speak(now);
      serve(now);
      for (auto at = messages_.begin(); at != messages_.end() && at->first <= now;
           at = messages_.erase(at))
        c_.says(now, at->second);
      const auto due = c_.assembler.next_deadline();
      if (due && *due <= conversation::at(now))
        c_.tick(now);
      look(now);
    }
    EXPECT_EQ(c_.assembler.next_deadline(), std::nullopt) << "something is still open";
  }

  std::vector<int> words; ///< in all finals, in order
  uint64_t covered = 0, started = 0, finals = 0, failures = 0;
  int said = 0;

private:
  int pick(int from, int to) { return std::uniform_int_distribution{from, to}(random_); }

  void speak(int now) {
    if (now < change_at_)
      return;
    if (voice_)
      c_.end(now);
    else if (now < 50000) {
      c_.start(now);
      ++started;
    } else
      return;
    voice_ = !voice_;
    change_at_ = now + (voice_ ? pick(300, 4000) : pick(100, 2500));
  }

  void send(int now, recognised what) {
    if (lossy_ && pick(0, 9) == 0)
      return;
    messages_.emplace(now + (lossy_ ? pick(20, 2500) : 120), what);
    if (lossy_ && pick(0, 9) == 0)
      messages_.emplace(now + pick(20, 3000), what);
  }

  void serve(int now) {
    if (voice_ && now % 300 == 0)
      window_ += (window_.empty() ? "" : " ") + std::to_string(said++);
    if (now % 200 == 100 && !window_.empty())
      send(now, interim(window_, now));
    if (flush_ || (now % 1000 == 0 && !window_.empty())) {
      auto what = settled(std::exchange(window_, {}), now);
      what.answers_flush = std::exchange(flush_, false);
      what.ends_speech = pick(0, 3) == 0;
      send(now, what);
    }
  }

  void look(int now) {
    for (const auto& line : c_.take()) {
      if (line == "flush")
        flush_ = true;
      if (line.starts_with("failure"))
        ++failures;
      if (line[0] != 'F')
        continue;
      ++finals;
      std::istringstream in{line.substr(1)};
      uint64_t utterance = 0;
      in >> utterance;
      EXPECT_GT(utterance, covered) << "twice covered, at " << now;
      EXPECT_LE(utterance, started);
      covered = utterance;
      for (int word = 0; in >> word;)
        words.push_back(word);
    }
  }

  conversation c_;
  std::mt19937 random_;
  const bool lossy_;
  std::multimap<int, recognised> messages_;
  std::string window_;
  bool voice_ = false, flush_ = false;
  int change_at_ = 500;
};

TEST(utterance_assembler, of_a_good_service_every_word_is_given_once_and_in_order) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    random_call call{seed, false};
    call.run();
    ASSERT_EQ(call.failures, 0u);
    ASSERT_EQ(call.covered, call.started) << seed;
    ASSERT_GT(call.words.size(), 20u);
    for (size_t i = 0; i < call.words.size(); ++i)
      ASSERT_EQ(call.words[i], static_cast<int>(i)) << seed;
    ASSERT_GE(call.words.size() + 1, static_cast<size_t>(call.said)) << seed;
  }
}

TEST(utterance_assembler, of_a_bad_service_every_voice_is_still_covered_once) {
  unsigned without_failure = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    random_call call{seed, true};
    call.run();
    ASSERT_LE(call.finals + call.failures, call.started) << seed;
    if (call.failures == 0) {
      ASSERT_EQ(call.covered, call.started) << seed;
      ++without_failure;
    }
  }
  EXPECT_GT(without_failure, 100u);
}

} // namespace
} // namespace trunkline::assembling
