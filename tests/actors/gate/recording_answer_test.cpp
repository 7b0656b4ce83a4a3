#include "actors/gate/recording_answer.hpp"
#include "protocol/audio/wav.hpp"
#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

class recording_answer_test : public ::testing::Test {
protected:
  void SetUp() override {
    auto file = recording_writer::create(state(), "r1", key);
    ASSERT_TRUE(file);
    for (int i = 0; i < 300; ++i) { // more than one answer's worth
      sound += std::string(recording_block_bytes, static_cast<char>('a' + i % 20));
      ASSERT_TRUE(file->write(
          {sound.data() + sound.size() - recording_block_bytes, recording_block_bytes}));
    }
    ASSERT_TRUE(file->finish("zz"));
    sound += "zz";
    whole = wav_header_mulaw_stereo(static_cast<uint32_t>(sound.size())) + sound;
  }
  http_response ask(const std::string& range) const {
    return answer_recording(
        std::make_shared<recording_reader>(*recording_reader::open(state(), "r1", key)), range,
        [](auto job) { job(); });
  }
  std::string state() const { return dir.path().string(); }

  testing::temp_dir dir;
  const secret_key key = random_key();
  std::string sound, whole;
};

TEST_F(recording_answer_test, is_a_wav_file_that_may_be_asked_for_in_parts) {
  const auto answer = ask("");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.content_type, "audio/wav");
  EXPECT_EQ(answer.header("Accept-Ranges"), "bytes");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.body.size(), recording_part_bytes_max);
  EXPECT_EQ(answer.body.size() + answer.rest.bytes, whole.size());
  EXPECT_TRUE(answer.body == whole.substr(0, answer.body.size()));
}

TEST_F(recording_answer_test, gives_the_rest_part_by_part) {
  const auto answer = ask("");
  auto all = answer.body;
  while (all.size() < whole.size()) {
    const auto before = all.size();
    answer.rest.next([&](std::optional<std::string> part) {
      ASSERT_TRUE(part);
      ASSERT_LE(part->size(), recording_part_bytes_max);
      all += *part;
    });
    ASSERT_GT(all.size(), before);
  }
  EXPECT_TRUE(all == whole);
}

TEST_F(recording_answer_test, a_rest_that_cannot_be_read_says_so) {
  const auto answer = ask("");
  std::filesystem::resize_file(recording_path(state(), "r1"), recording_block_bytes);
  bool given = false;
  answer.rest.next([&](std::optional<std::string> part) {
    given = true;
    EXPECT_FALSE(part);
  });
  EXPECT_TRUE(given);
}

TEST_F(recording_answer_test, gives_exactly_the_part) {
  const auto total = std::to_string(whole.size());
  for (const auto& [from, to] : {std::pair<size_t, size_t>{0, 0},
                                 {0, 57},
                                 {10, 200},
                                 {57, 58},
                                 {58, 58},
                                 {100'000, 200'000},
                                 {whole.size() - 3, whole.size() - 1}}) {
    const auto told = std::to_string(from) + "-" + std::to_string(to);
    const auto answer = ask("bytes=" + told);
    EXPECT_EQ(answer.status, 206u);
    EXPECT_EQ(answer.header("Content-Range"), "bytes " + told + "/" + total);
    EXPECT_TRUE(answer.body == whole.substr(from, to - from + 1)) << told;
  }
  EXPECT_TRUE(ask("bytes=-5").body == whole.substr(whole.size() - 5));
}

TEST_F(recording_answer_test, gives_a_long_part_piece_by_piece) {
  std::string all;
  while (all.size() < whole.size()) {
    const auto answer = ask("bytes=" + std::to_string(all.size()) + "-");
    ASSERT_EQ(answer.status, 206u);
    ASSERT_LE(answer.body.size(), recording_part_bytes_max);
    all += answer.body;
  }
  EXPECT_TRUE(all == whole);
}

TEST_F(recording_answer_test, of_nothing_is_416_with_the_size) {
  const auto answer = ask("bytes=" + std::to_string(whole.size()) + "-");
  EXPECT_EQ(answer.status, 416u);
  EXPECT_EQ(answer.header("Content-Range"), "bytes */" + std::to_string(whole.size()));
  EXPECT_EQ(answer.body, "");
}

TEST_F(recording_answer_test, that_is_not_here_is_404_and_a_changed_one_an_error) {
  EXPECT_EQ(recording_failed({failure_kind::not_found, "elsewhere", false}).status, 404u);
  EXPECT_EQ(recording_failed({failure_kind::unauthorized, "changed", false}).status, 500u);
}

} // namespace
} // namespace trunkline
