#include "actors/media/media_reader.hpp"

#include "infra/log/log.hpp"
#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr size_t quiet_piece_bytes = 200 * mulaw_bytes_per_ms;
constexpr size_t after_voice_piece_bytes = 100 * mulaw_bytes_per_ms;
constexpr size_t after_voice_bytes = 1000 * mulaw_bytes_per_ms;
constexpr size_t voice_piece_bytes = 60 * mulaw_bytes_per_ms;

// False: some of the stream was lost between. A carrier that gives no timestamps says 0.
bool follows(uint64_t timestamp_ms, uint64_t expected_ms) {
  const auto apart =
      timestamp_ms > expected_ms ? timestamp_ms - expected_ms : expected_ms - timestamp_ms;
  return timestamp_ms == 0 || apart < mulaw_frame_bytes / mulaw_bytes_per_ms;
}

std::shared_ptr<const std::vector<uint8_t>> shared(std::vector<uint8_t> bytes) {
  return std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
}

} // namespace

std::span<media_reader::news> media_reader::read(std::string_view message, steady_time now) {
  news_.clear();
  auto parsed = parser_.parse(message);
  if (!parsed) {
    bad_message(parsed.error());
    return news_;
  }
  std::visit(
      [&](auto& one) {
        using type = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<type, stream_media>) {
          on_audio(one, now);
        } else if constexpr (std::is_same_v<type, stream_mark>) {
          news_.emplace_back(mark_played{std::move(one.name)});
        } else if constexpr (std::is_same_v<type, stream_digit>) {
          news_.emplace_back(key_pressed{one.digit});
        } else if constexpr (std::is_same_v<type, stream_stopped>) {
          flush();
          news_.emplace_back(stream_stopped_by_carrier{});
        } else if constexpr (std::is_same_v<type, stream_started>) {
          news_.emplace_back(stream_broken{}); // a second start: not our stream any more
        }
      },
      *parsed);
  return news_;
}

void media_reader::bad_message(const failure& why) {
  if (++bad_messages_ == 1)
    log_event(log_level::warn, "media.bad_message", {{"error", why.context}});
  if (bad_messages_ > bad_messages_max)
    news_.emplace_back(stream_broken{});
}

void media_reader::on_audio(const stream_media& media, steady_time now) {
  if (!media.inbound)
    return;
  if (media.sequence != 0 && last_sequence_ != 0 && media.sequence <= last_sequence_) {
    news_.emplace_back(caller_audio{
        {shared({media.audio.begin(), media.audio.end()}), {}}, now, media.timestamp_ms, true});
    return;
  }
  last_sequence_ = media.sequence;
  const auto after = milliseconds{(media_bytes_ + media.audio.size()) / mulaw_bytes_per_ms};
  for (const auto& event : activity_.feed(media.audio)) {
    flush();
    speaking_ = event.what == voice_event::kind::started;
    quiet_from_ = media_bytes_ + after_voice_bytes;
    news_.emplace_back(voice_changed{speaking_, now - (after - event.at), event.at});
  }
  if (!follows(media.timestamp_ms, piece_timestamp_ms_ + piece_.size() / mulaw_bytes_per_ms))
    flush();
  if (piece_.empty()) {
    piece_.reserve(std::max(piece_bytes(), media.audio.size()));
    piece_timestamp_ms_ = media.timestamp_ms;
  }
  piece_at_ = now;
  piece_.insert(piece_.end(), media.audio.begin(), media.audio.end());
  media_bytes_ += media.audio.size();
  if (piece_.size() >= piece_bytes())
    flush();
}

size_t media_reader::piece_bytes() const {
  if (speaking_)
    return activity_.voiced() ? voice_piece_bytes : 0;
  return media_bytes_ <= quiet_from_ ? after_voice_piece_bytes : quiet_piece_bytes;
}

void media_reader::flush() {
  if (piece_.empty())
    return;
  const auto start = milliseconds{(media_bytes_ - piece_.size()) / mulaw_bytes_per_ms};
  news_.emplace_back(caller_audio{
      {shared(std::exchange(piece_, {})), start}, piece_at_, piece_timestamp_ms_, false});
}

} // namespace trunkline
