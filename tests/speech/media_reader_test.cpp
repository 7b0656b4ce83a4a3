#include "actors/media/media_reader.hpp"

#include "infra/speech/flite_voice.hpp"
#include "protocol/audio/mulaw.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using sound = std::vector<uint8_t>;

constexpr auto stream = "MZ00000000000000000000000000000001";

sound silence(size_t ms) {
  return sound(ms * mulaw_bytes_per_ms, mulaw_silence);
}
sound speech() {
  return *synthesize_mulaw("rms", "I would like to book a cleaning");
}
sound operator+(sound left, const sound& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// Frames of 20 ms, as they come from a carrier whose clock is `now`.
class media_reader_test : public ::testing::Test {
protected:
  void send(const sound& audio) {
    for (size_t at = 0; at + mulaw_frame_bytes <= audio.size(); at += mulaw_frame_bytes)
      frame({audio.data() + at, mulaw_frame_bytes});
  }
  void frame(std::span<const uint8_t> bytes) {
    ++sequence;
    read(render_caller_media({sequence, sequence - 1, timestamp_ms, true, stream, bytes}));
    timestamp_ms += 20;
    now += 20ms;
  }
  void read(const std::string& message) {
    for (auto& one : reader.read(message, now))
      heard.push_back(std::move(one));
  }

  template<class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& one : heard)
      if (const auto* is = std::get_if<T>(&one))
        found.push_back(*is);
    return found;
  }
  /// The lengths of the pieces between two changes of voice, in ms.
  std::vector<size_t> pieces(size_t changes_before) const {
    std::vector<size_t> lengths;
    size_t changes = 0;
    for (const auto& one : heard) {
      changes += std::holds_alternative<voice_changed>(one);
      const auto* audio = std::get_if<caller_audio>(&one);
      if (audio && changes == changes_before)
        lengths.push_back(audio->chunk.bytes->size() / mulaw_bytes_per_ms);
    }
    return lengths;
  }

  media_reader reader{voice_settings{}};
  std::vector<media_reader::news> heard;
  steady_time now{1000s};
  uint64_t sequence = 0, timestamp_ms = 0;
};

TEST_F(media_reader_test, quiet_comes_in_pieces_of_200_ms) {
  send(silence(520));
  EXPECT_EQ(pieces(0), (std::vector<size_t>{200, 200}));
  const auto audio = all<caller_audio>();
  EXPECT_EQ(audio[1].chunk.start, 200ms);
  EXPECT_EQ(audio[1].timestamp_ms, 200u) << "of its first frame";
  EXPECT_EQ(audio[1].at, steady_time{1000s} + 380ms) << "when its last frame was here";
}

TEST_F(media_reader_test, quiet_comes_sooner_in_the_second_after_a_voice) {
  send(silence(500) + speech() + silence(2500));
  const auto after = pieces(2);
  ASSERT_GT(after.size(), 12u);
  EXPECT_EQ(std::count(after.begin(), after.begin() + 10, 100u), 10);
  EXPECT_EQ(std::count(after.begin() + 10, after.end(), 200u),
            static_cast<std::ptrdiff_t>(after.size()) - 10);
}

TEST_F(media_reader_test, all_audio_comes_in_order_and_voice_changes_in_its_place) {
  const auto said = silence(500) + speech() + silence(1000);
  send(said);
  sound together;
  for (const auto& one : all<caller_audio>()) {
    EXPECT_EQ(one.chunk.start, milliseconds{together.size() / mulaw_bytes_per_ms});
    together.insert(together.end(), one.chunk.bytes->begin(), one.chunk.bytes->end());
  }
  const auto sent = said.size() / mulaw_frame_bytes * mulaw_frame_bytes;
  EXPECT_GT(together.size() + 200 * mulaw_bytes_per_ms, sent) << "at most a piece is still kept";
  EXPECT_TRUE(std::equal(together.begin(), together.end(), said.begin()));
  const auto changes = all<voice_changed>();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_TRUE(changes[0].speaking);
  EXPECT_EQ(changes[0].at, steady_time{1000s} - 20ms + changes[0].audio)
      << "by arrival: a frame is here when it has been spoken";
  EXPECT_FALSE(changes[1].speaking);
}

TEST_F(media_reader_test, a_voice_comes_in_pieces_of_60_ms_and_its_pauses_frame_by_frame) {
  send(silence(500) + speech() + silence(1000));
  const auto voice = pieces(1);
  const auto longest = *std::max_element(voice.begin(), voice.end());
  EXPECT_EQ(longest, 60u);
  EXPECT_GT(std::count(voice.begin(), voice.end(), 60u), 10);
  ASSERT_GT(voice.size(), 10u);
  // 200 ms of quiet make the end of a voice: a recogniser has each of their frames at once.
  for (size_t i = voice.size() - 8; i < voice.size(); ++i)
    EXPECT_EQ(voice[i], 20u) << i;
}

TEST_F(media_reader_test, what_was_lost_ends_a_piece_and_what_is_late_goes_alone) {
  send(silence(40));
  timestamp_ms += 20; // one was lost
  send(silence(200));
  auto audio = all<caller_audio>();
  ASSERT_EQ(audio.size(), 2u);
  EXPECT_EQ(audio[0].chunk.bytes->size(), 40 * mulaw_bytes_per_ms);
  EXPECT_EQ(audio[1].timestamp_ms, 60u);
  read(render_caller_media({2, 2, 20, true, stream, silence(20)}));
  audio = all<caller_audio>();
  ASSERT_EQ(audio.size(), 3u);
  EXPECT_TRUE(audio[2].late);
  EXPECT_EQ(audio[2].timestamp_ms, 20u);
}

TEST_F(media_reader_test, a_carrier_without_timestamps_has_its_frames_joined_too) {
  for (int i = 0; i < 10; ++i) {
    timestamp_ms = 0;
    frame(silence(20));
  }
  EXPECT_EQ(pieces(0), std::vector<size_t>{200});
}

TEST_F(media_reader_test, the_agents_own_track_is_not_the_caller) {
  for (uint64_t i = 1; i <= 10; ++i)
    read(render_caller_media({i, i, i * 20, false, stream, silence(20)}));
  EXPECT_TRUE(heard.empty());
}

TEST_F(media_reader_test, keys_marks_and_the_end_are_passed_on_and_the_end_has_the_rest_before_it) {
  send(silence(40));
  read(render_digit({3, stream, '5'}));
  read(render_mark_echo({4, stream, "a mark"}));
  read(render_stopped({5, stream, "AC1", "CA1"}));
  ASSERT_EQ(heard.size(), 4u);
  EXPECT_EQ(std::get<key_pressed>(heard[0]).digit, '5');
  EXPECT_EQ(std::get<mark_played>(heard[1]).name, "a mark");
  EXPECT_EQ(std::get<caller_audio>(heard[2]).chunk.bytes->size(), 40 * mulaw_bytes_per_ms);
  EXPECT_TRUE(std::holds_alternative<stream_stopped_by_carrier>(heard[3]));
}

TEST_F(media_reader_test, a_second_start_and_too_many_bad_messages_break_the_stream) {
  for (unsigned i = 0; i < media_reader::bad_messages_max; ++i)
    read("no json");
  EXPECT_TRUE(heard.empty());
  read("no json");
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<stream_broken>(heard[0]));
  stream_started start;
  start.stream_sid = stream;
  read(render_started(start));
  EXPECT_EQ(all<stream_broken>().size(), 2u);
}

} // namespace
} // namespace trunkline
