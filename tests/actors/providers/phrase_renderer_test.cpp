#include "actors/providers/phrase_renderer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const failure lost{failure_kind::unreachable, "lost", true};

/// A voice whose events the test makes.
struct puppet_voice : tts_provider {
  struct session : tts_session {
    explicit session(puppet_voice& voice) : of(voice) {}
    ~session() override { ++of.closed; }
    void speak(uint64_t sentence, std::string text) override {
      of.sentence = sentence;
      of.asked.push_back(std::move(text));
    }
    void cancel() override {}
    puppet_voice& of;
  };
  std::string name() const override { return "puppet"; }
  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink given) override {
    ++opened;
    wanted = voice;
    sink = std::move(given);
    return std::make_unique<session>(*this);
  }
  void say(size_t bytes) {
    sink({sentence, audio_chunk{std::make_shared<const std::vector<uint8_t>>(bytes, 7), {}}});
  }
  void end() { sink({sentence, tts_done{}}); }
  void fail() { sink({sentence, lost}); }

  tts_sink sink;
  std::string wanted;
  uint64_t sentence = 0;
  std::vector<std::string> asked;
  int opened = 0, closed = 0;
};

class phrase_renderer_test : public ::testing::Test {
protected:
  void start(std::vector<std::string> phrases) {
    renderer->start(std::move(phrases));
    run();
  }
  void run() {
    io.restart();
    io.poll();
  }
  /// Until the voice was asked so often.
  void run_until_asked(size_t times) {
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (voice->asked.size() < times && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(1s);
    }
  }
  size_t kept(const std::string& phrase) const {
    const auto sound = cache->find("puppet/v", phrase);
    return sound ? sound->size() : 0;
  }

  boost::asio::io_context io;
  std::shared_ptr<puppet_voice> voice = std::make_shared<puppet_voice>();
  std::shared_ptr<phrase_cache> cache = std::make_shared<phrase_cache>(phrase_cache::settings{});
  std::shared_ptr<phrase_renderer> renderer =
      std::make_shared<phrase_renderer>(io, voice, "v", "puppet/v", cache, 20ms);
};

TEST_F(phrase_renderer_test, keeps_each_phrase_whole_one_after_the_other) {
  start({"Hello.", "One moment."});
  EXPECT_EQ(voice->wanted, "v");
  EXPECT_THAT(voice->asked, ElementsAre("Hello."));
  voice->say(100);
  voice->say(60);
  run();
  EXPECT_EQ(kept("Hello."), 0u) << "it may still fail";
  voice->end();
  run();
  EXPECT_EQ(kept("Hello."), 160u);
  EXPECT_THAT(voice->asked, ElementsAre("Hello.", "One moment."));
  voice->say(10);
  voice->end();
  run();
  EXPECT_EQ(kept("One moment."), 10u);
  EXPECT_EQ(renderer->missing(), 0u);
  EXPECT_EQ(voice->opened, 1);
  EXPECT_EQ(voice->closed, 1) << "an idle session costs money";
}

TEST_F(phrase_renderer_test, asks_for_nothing_that_is_kept_already) {
  cache->keep("puppet/v", "Hello.", std::make_shared<const std::vector<uint8_t>>(5));
  start({"Hello."});
  EXPECT_EQ(voice->opened, 0);
  start({"Hello.", "Bye."});
  EXPECT_THAT(voice->asked, ElementsAre("Bye."));
}

TEST_F(phrase_renderer_test, what_failed_is_tried_again_later_after_the_others) {
  start({"Hello.", "One moment."});
  voice->say(100);
  voice->fail();
  run();
  EXPECT_EQ(voice->closed, 1);
  EXPECT_EQ(renderer->missing(), 2u);
  EXPECT_EQ(kept("Hello."), 0u);
  run_until_asked(2);
  EXPECT_THAT(voice->asked, ElementsAre("Hello.", "One moment."));
  voice->say(10);
  voice->end();
  run();
  voice->say(100);
  voice->end();
  run();
  EXPECT_EQ(kept("Hello."), 100u) << "without what came of it before";
  EXPECT_EQ(kept("One moment."), 10u);
}

TEST_F(phrase_renderer_test, a_phrase_without_a_sound_is_none) {
  start({"Hello."});
  voice->end();
  run();
  EXPECT_EQ(renderer->missing(), 1u);
  EXPECT_FALSE(cache->find("puppet/v", "Hello."));
  run_until_asked(2);
  EXPECT_EQ(voice->asked.size(), 2u);
}

TEST_F(phrase_renderer_test, what_comes_too_late_belongs_to_no_phrase) {
  start({"Hello.", "One moment."});
  const auto old = voice->sink;
  const auto sentence = voice->sentence;
  voice->fail();
  run_until_asked(2);
  old({sentence, audio_chunk{std::make_shared<const std::vector<uint8_t>>(999), {}}});
  old({sentence, tts_done{}});
  run();
  EXPECT_EQ(renderer->missing(), 2u);
  voice->say(10);
  voice->end();
  run();
  EXPECT_EQ(kept("One moment."), 10u);
}

TEST_F(phrase_renderer_test, stops_for_good) {
  start({"Hello."});
  renderer->stop();
  EXPECT_EQ(voice->closed, 1);
  voice->say(10);
  voice->end();
  run();
  EXPECT_EQ(kept("Hello."), 0u);
  const auto left = voice->sink;
  renderer.reset();
  left({1, tts_done{}}); // a session's sink may outlive it
  run();
  EXPECT_THAT(voice->asked, ElementsAre("Hello."));
}

} // namespace
} // namespace trunkline
