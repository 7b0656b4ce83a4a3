#include "infra/speech/flite_tts.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

namespace trunkline {
namespace {

using std::chrono::milliseconds;

// Collects events; wait_for_ends(n) returns when n sentences ended or failed.
class recorder {
public:
  tts_sink sink() {
    return [this](tts_event event) {
      std::lock_guard lock{mutex_};
      if (!std::holds_alternative<audio_chunk>(event.what))
        ++ends_;
      events_.push_back(std::move(event));
      changed_.notify_all();
    };
  }

  std::vector<tts_event> wait_for_ends(size_t count) {
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return ends_ >= count; }));
    return events_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<tts_event> events_;
  size_t ends_ = 0;
};

TEST(flite_tts, sentences_come_in_order_in_short_chunks_on_a_running_clock) {
  worker_pool pool{"tts", 2, 64};
  flite_tts tts{pool, {}};
  recorder heard;
  const auto session = tts.open("kal16", heard.sink());
  session->speak(1, "The first sentence is the longer one of the two.");
  session->speak(2, "Second.");
  uint64_t sentence = 1;
  milliseconds at{0};
  for (const auto& event : heard.wait_for_ends(2)) {
    ASSERT_EQ(event.sentence, sentence);
    if (const auto* chunk = std::get_if<audio_chunk>(&event.what)) {
      EXPECT_LE(chunk->length(), milliseconds{200});
      EXPECT_EQ(chunk->start, at);
      at += chunk->length();
    } else {
      EXPECT_TRUE(std::holds_alternative<tts_done>(event.what));
      EXPECT_GT(at, milliseconds{300});
      at = {};
      ++sentence;
    }
  }
}

TEST(flite_tts, a_full_queue_is_a_retryable_failure) {
  worker_pool pool{"tts", 0, 1};
  flite_tts tts{pool, {.sentences_queued_max = 1}};
  recorder heard;
  const auto session = tts.open("", heard.sink());
  session->speak(1, "This one waits.");
  session->speak(2, "This one is refused.");
  const auto events = heard.wait_for_ends(1);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].sentence, 2u);
  EXPECT_EQ(std::get<failure>(events[0].what).kind, failure_kind::overloaded);
  EXPECT_TRUE(std::get<failure>(events[0].what).retryable);
}

TEST(flite_tts, an_unknown_voice_fails_that_sentence_for_good) {
  worker_pool pool{"tts", 1, 8};
  flite_tts tts{pool, {}};
  recorder heard;
  const auto session = tts.open("nobody", heard.sink());
  session->speak(1, "Hello.");
  const auto events = heard.wait_for_ends(1);
  EXPECT_FALSE(std::get<failure>(events.at(0).what).retryable);
}

TEST(flite_tts, what_was_cancelled_is_not_heard_and_the_session_speaks_on) {
  worker_pool pool{"tts", 1, 8};
  flite_tts tts{pool, {}};
  std::promise<void> gate;
  ASSERT_TRUE(pool.post([open = gate.get_future().share()] { open.wait(); }));
  recorder heard;
  const auto session = tts.open("kal16", heard.sink());
  session->speak(1, "Never said.");
  session->cancel();
  session->speak(2, "Said.");
  gate.set_value();
  for (const auto& event : heard.wait_for_ends(1))
    EXPECT_EQ(event.sentence, 2u);
}

} // namespace
} // namespace trunkline
