#include "bench/carrier/virtual_ear.hpp"

#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

constexpr auto sample_time = 125us;                         // 8000 Hz
constexpr uint64_t window_samples = 5 * mulaw_bytes_per_ms; // times of speech are as exact as this
constexpr uint64_t audible_level = 150; // root mean square of 16 bit samples, about -47 dB
constexpr auto utterance_pause = 300ms;
constexpr auto gap_min = 20ms; // shorter ones are jitter that a carrier's buffer takes up
constexpr auto still_speaking = 40ms;

uint64_t energy_of(std::span<const uint8_t> samples) {
  uint64_t energy = 0;
  for (const auto byte : samples) {
    const int64_t sample = mulaw_decode(byte);
    energy += static_cast<uint64_t>(sample * sample);
  }
  return energy;
}

media_time time_of(uint64_t sample) {
  return sample_time * sample;
}

uint64_t sample_at(media_time at) {
  return static_cast<uint64_t>(std::max(at, 0us) / sample_time);
}

} // namespace

bool is_audible(std::span<const uint8_t> frame) {
  return !frame.empty() && energy_of(frame) > audible_level * audible_level * frame.size();
}

void virtual_ear::play(std::span<const uint8_t> audio, media_time at) {
  run_to(sample_at(at));
  if (head_ == queue_.size()) {
    note_gap(audio);
    queue_.clear();
    head_ = 0;
  }
  queue_.insert(queue_.end(), audio.begin(), audio.end());
  queued_total_ += audio.size();
}

std::vector<std::string> virtual_ear::mark(std::string name, media_time at) {
  run_to(sample_at(at));
  marks_.push_back({std::move(name), queued_total_});
  return take_due_marks();
}

// The sound stopped for want of audio and goes on where it had stopped.
void virtual_ear::note_gap(std::span<const uint8_t> next) {
  const auto ran_dry = std::exchange(dry_since_, media_time{-1}), now = time_of(position_);
  if (ran_dry < 0us || utterances_.empty() || ran_dry - last_heard() > still_speaking)
    return;
  if (now - ran_dry >= gap_min && now - ran_dry < utterance_pause &&
      is_audible(next.first(std::min(next.size(), mulaw_frame_bytes))))
    gaps_.push_back({ran_dry, now});
}

std::vector<std::string> virtual_ear::clear(media_time at) {
  run_to(sample_at(at));
  dry_since_ = media_time{-1};
  queue_.clear();
  head_ = 0;
  return take_due_marks();
}

std::vector<std::string> virtual_ear::advance(media_time at) {
  run_to(sample_at(at));
  return take_due_marks();
}

media_time virtual_ear::ahead() const {
  return time_of(queue_.size() - head_);
}

void virtual_ear::run_to(uint64_t sample) {
  if (sample <= position_)
    return;
  const auto count = std::min<uint64_t>(sample - position_, queue_.size() - head_);
  hear(std::span{queue_}.subspan(head_, count));
  head_ += count;
  if (count > 0 && head_ == queue_.size())
    dry_since_ = time_of(position_);
  if (head_ > 64 * 1024) { // long queues are played from the front: give it back now and then
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
  }
  hear_silence(sample - position_);
}

void virtual_ear::hear(std::span<const uint8_t> samples) {
  if (record_)
    heard_.insert(heard_.end(), samples.begin(), samples.end());
  while (!samples.empty()) {
    const auto room = window_samples - position_ % window_samples;
    const auto part = samples.first(std::min<uint64_t>(room, samples.size()));
    const auto energy = energy_of(part);
    if (window_energy_ == 0 && energy > 0)
      sound_since_ = position_;
    window_energy_ += energy;
    position_ += part.size();
    samples = samples.subspan(part.size());
    if (position_ % window_samples == 0)
      end_window();
  }
}

void virtual_ear::hear_silence(uint64_t count) {
  if (record_)
    heard_.insert(heard_.end(), count, mulaw_silence);
  const auto to_window_end = (window_samples - position_ % window_samples) % window_samples;
  position_ += count;
  if (count >= to_window_end && to_window_end > 0) {
    const auto beyond = count - to_window_end;
    position_ -= beyond;
    end_window();
    position_ += beyond;
  }
}

// The window that ends at position_.
void virtual_ear::end_window() {
  const bool audible = window_energy_ > audible_level * audible_level * window_samples;
  window_energy_ = 0;
  if (!audible)
    return;
  const auto from = time_of(sound_since_), to = time_of(position_);
  if (utterances_.empty() || from - utterances_.back().to >= utterance_pause)
    utterances_.push_back({from, to});
  else
    utterances_.back().to = to;
}

std::vector<std::string> virtual_ear::take_due_marks() {
  const auto played = queued_total_ - (queue_.size() - head_);
  const auto later = std::find_if(marks_.begin(), marks_.end(),
                                  [&](const auto& mark) { return mark.after > played; });
  std::vector<std::string> due;
  for (auto mark = marks_.begin(); mark != later; ++mark)
    due.push_back(std::move(mark->name));
  marks_.erase(marks_.begin(), later);
  return due;
}

} // namespace trunkline
