#include "infra/speech/phrase_cache.hpp"

#include "infra/providers/cached_tts.hpp"
#include "tests/support/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using ::testing::ElementsAre;

phrase_cache::sound sound_of(size_t bytes, uint8_t value = 1) {
  return std::make_shared<const std::vector<uint8_t>>(bytes, value);
}

TEST(phrase_cache, stores_a_sentence_from_its_second_time_on) {
  phrase_cache cache{{}};
  cache.said("v", "hello", sound_of(10));
  EXPECT_FALSE(cache.find("v", "hello"));
  cache.said("v", "hello", sound_of(10));
  EXPECT_TRUE(cache.find("v", "hello"));
  EXPECT_FALSE(cache.find("w", "hello")) << "another voice";
  EXPECT_FALSE(cache.find("v", "hello."));
}

TEST(phrase_cache, keeps_to_its_bound_and_lets_go_what_was_used_longest_ago) {
  phrase_cache cache{{.bytes_max = 1000}};
  for (const auto* text : {"a", "b", "c"})
    for (int i = 0; i < 2; ++i)
      cache.said("v", text, sound_of(300));
  EXPECT_TRUE(cache.find("v", "a"));
  for (int i = 0; i < 2; ++i)
    cache.said("v", "d", sound_of(300));
  EXPECT_TRUE(cache.find("v", "a"));
  EXPECT_FALSE(cache.find("v", "b"));
  EXPECT_LE(cache.bytes(), 1000u);
  for (int i = 0; i < 2; ++i)
    cache.said("v", "long", sound_of(600));
  EXPECT_FALSE(cache.find("v", "long")) << "over half of the room";
}

TEST(phrase_cache, keeps_phrases_whatever_else_is_said_and_finds_them_in_another_voice) {
  phrase_cache cache{{.bytes_max = 100}};
  cache.keep("embedded", "one moment", sound_of(500, 7));
  for (int i = 0; i < 20; ++i)
    cache.said("v", "text", sound_of(50));
  EXPECT_TRUE(cache.find("embedded", "one moment"));
  EXPECT_FALSE(cache.find("remote", "one moment"));
  ASSERT_TRUE(cache.find_kept("remote", "one moment"));
  EXPECT_EQ(cache.find_kept("remote", "one moment")->at(0), 7);
  cache.keep("remote", "one moment", sound_of(400, 9));
  EXPECT_EQ(cache.find_kept("remote", "one moment")->at(0), 9);
  EXPECT_FALSE(cache.find_kept("remote", "another"));
}

TEST(phrase_cache, finds_kept_phrases_again_after_a_restart) {
  testing::temp_dir dir;
  worker_pool writer{"phrases", 1, 10};
  {
    phrase_cache cache{{.directory = dir.path() / "phrases"}, &writer};
    cache.keep("v", "hello", sound_of(800, 5));
    cache.said("v", "jane's secret", sound_of(800));
    cache.said("v", "jane's secret", sound_of(800));
    writer.stop();
  }
  phrase_cache cache{{.directory = dir.path() / "phrases"}};
  EXPECT_FALSE(cache.find("v", "hello"));
  EXPECT_TRUE(cache.restore("v", "hello"));
  ASSERT_TRUE(cache.find("v", "hello"));
  EXPECT_EQ(*cache.find("v", "hello"), *sound_of(800, 5));
  EXPECT_FALSE(cache.restore("v", "jane's secret")) << "what is said to callers is not written";
  EXPECT_FALSE(cache.restore("w", "hello"));
}

TEST(phrase_cache, removes_its_oldest_files_when_they_are_too_many) {
  testing::temp_dir dir;
  for (int i = 0; i < 4; ++i) {
    const auto file = dir.path() / std::to_string(i);
    testing::write_file(file, std::string(100, 'x'));
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() -
                                               std::chrono::hours{10 - i});
  }
  phrase_cache cache{{.directory = dir.path(), .disk_bytes_max = 250}};
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "0"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "1"));
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "3"));
}

/// Speaks when the test says so.
struct puppet_voice : tts_provider {
  struct session : tts_session {
    explicit session(puppet_voice& of) : of(of) {}
    void speak(uint64_t, std::string text) override { of.asked.push_back(std::move(text)); }
    void cancel() override {}
    puppet_voice& of;
  };
  std::string name() const override { return "puppet"; }
  std::unique_ptr<tts_session> open(const std::string&, tts_sink given) override {
    sink = std::move(given);
    return std::make_unique<session>(*this);
  }
  tts_sink sink;
  std::vector<std::string> asked;
};

TEST(cached_tts, asks_for_a_sentence_twice_and_then_knows_it) {
  const auto cache = std::make_shared<phrase_cache>(phrase_cache::settings{});
  const auto puppet = std::make_shared<puppet_voice>();
  cached_tts voice{puppet, cache, "puppet/x", "x"};
  std::vector<uint8_t> heard;
  std::vector<uint64_t> done;
  const auto session = voice.open("x", [&](tts_event event) {
    if (const auto* chunk = std::get_if<audio_chunk>(&event.what))
      heard.insert(heard.end(), chunk->bytes->begin(), chunk->bytes->end());
    else
      done.push_back(event.sentence);
  });
  for (uint64_t i = 1; i <= 2; ++i) {
    session->speak(i, "hello");
    puppet->sink({i, audio_chunk{sound_of(3, 1), {}}});
    puppet->sink({i, audio_chunk{sound_of(2, 2), {}}});
    puppet->sink({i, tts_done{}});
  }
  session->speak(3, "hello");
  EXPECT_THAT(puppet->asked, ElementsAre("hello", "hello"));
  EXPECT_THAT(done, ElementsAre(1u, 2u, 3u));
  EXPECT_EQ(heard.size(), 15u);
  EXPECT_EQ((std::vector<uint8_t>{heard.end() - 5, heard.end()}),
            (std::vector<uint8_t>{1, 1, 1, 2, 2}));
}

TEST(cached_tts, does_not_remember_half_a_sentence) {
  const auto cache = std::make_shared<phrase_cache>(phrase_cache::settings{});
  const auto puppet = std::make_shared<puppet_voice>();
  cached_tts voice{puppet, cache, "puppet/x", "x"};
  const auto session = voice.open("x", [](tts_event) {});
  for (uint64_t i = 1; i <= 3; ++i) {
    session->speak(i, "hello");
    puppet->sink({i, audio_chunk{sound_of(3), {}}});
    if (i == 2)
      session->cancel();
    else
      puppet->sink({i, failure{failure_kind::unreachable, "lost", true}});
  }
  EXPECT_EQ(puppet->asked.size(), 3u);
}

TEST(phrase_voice, speaks_kept_phrases_and_nothing_else) {
  const auto cache = std::make_shared<phrase_cache>(phrase_cache::settings{});
  cache->keep("embedded", "one moment", sound_of(8));
  phrase_voice voice{cache, "remote"};
  std::vector<size_t> heard;
  const auto session =
      voice.open("", [&](tts_event event) { heard.push_back(event.what.index()); });
  session->speak(1, "one moment");
  session->speak(2, "your appointment is on monday");
  EXPECT_THAT(heard, ElementsAre(0u, 1u, 2u));
}

} // namespace
} // namespace trunkline
