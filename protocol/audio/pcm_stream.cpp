#include "protocol/audio/pcm_stream.hpp"

#include "protocol/audio/mulaw.hpp"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <array>

namespace trunkline {

namespace {

constexpr uint32_t mulaw_rate = 8000;
constexpr int quality = 7;
constexpr size_t frames_at_once = 2048;

failure filter_failed() {
  return {failure_kind::internal, "pcm: the filter failed"};
}

int16_t sample_at(const char* bytes) {
  const auto low = static_cast<uint8_t>(bytes[0]);
  const auto high = static_cast<uint8_t>(bytes[1]);
  return static_cast<int16_t>(low | (high << 8));
}

} // namespace

std::string pcm_bytes(std::span<const uint8_t> mulaw) {
  std::string out;
  out.reserve(mulaw.size() * 2);
  for (const auto byte : mulaw) {
    const auto sample = static_cast<uint16_t>(mulaw_decode(byte));
    out += static_cast<char>(sample & 0xff);
    out += static_cast<char>(sample >> 8);
  }
  return out;
}

void pcm_to_mulaw::destroy::operator()(SpeexResamplerState_* state) const {
  speex_resampler_destroy(state);
}

result<pcm_to_mulaw> pcm_to_mulaw::make(uint32_t rate, unsigned channels) {
  if (rate < 1000 || rate > 192000 || channels < 1 || channels > 8)
    return failure{failure_kind::bad_input, "pcm: " + std::to_string(rate) + " Hz with " +
                                                std::to_string(channels) +
                                                " channels cannot be converted"};
  pcm_to_mulaw made{rate, channels};
  if (rate != mulaw_rate) {
    int error = 0;
    made.filter_.reset(speex_resampler_init(1, rate, mulaw_rate, quality, &error));
    if (!made.filter_ || error != 0)
      return filter_failed();
    speex_resampler_skip_zeros(made.filter_.get()); // its delay is not part of the sound
  }
  return made;
}

void pcm_to_mulaw::append(const std::vector<int16_t>& samples, std::vector<uint8_t>& out) {
  for (const auto sample : samples)
    out.push_back(mulaw_encode(sample));
  written_ += samples.size();
}

bool pcm_to_mulaw::push(const std::vector<int16_t>& samples, std::vector<uint8_t>& out) {
  if (!filter_) {
    append(samples, out);
    return true;
  }
  size_t at = 0;
  std::vector<int16_t> narrow;
  while (at < samples.size()) {
    auto taken = static_cast<spx_uint32_t>(samples.size() - at);
    // From 1000 Hz eight samples become of each.
    narrow.resize(frames_at_once * 8 + 64);
    auto room = static_cast<spx_uint32_t>(narrow.size());
    if (speex_resampler_process_int(filter_.get(), 0, samples.data() + at, &taken, narrow.data(),
                                    &room) != 0 ||
        (taken == 0 && room == 0))
      return false;
    at += taken;
    narrow.resize(room);
    append(narrow, out);
  }
  return true;
}

result<std::vector<uint8_t>> pcm_to_mulaw::feed(std::string_view bytes) {
  std::vector<uint8_t> out;
  out.reserve(bytes.size() / (2 * channels_) * mulaw_rate / rate_ + 16);
  const auto frame_bytes = size_t{2} * channels_;
  std::vector<int16_t> mono;
  const auto take = [&](const char* frame) {
    int sum = 0;
    for (unsigned c = 0; c < channels_; ++c)
      sum += sample_at(frame + 2 * static_cast<size_t>(c));
    mono.push_back(static_cast<int16_t>(sum / static_cast<int>(channels_)));
    ++frames_;
  };
  if (!cut_.empty()) {
    const auto missing = std::min(frame_bytes - cut_.size(), bytes.size());
    cut_ += bytes.substr(0, missing);
    bytes.remove_prefix(missing);
    if (cut_.size() < frame_bytes)
      return out;
    take(cut_.data());
    cut_.clear();
  }
  for (; bytes.size() >= frame_bytes; bytes.remove_prefix(frame_bytes)) {
    take(bytes.data());
    if (mono.size() == frames_at_once) {
      if (!push(mono, out))
        return filter_failed();
      mono.clear();
    }
  }
  cut_ = bytes;
  if (!push(mono, out))
    return filter_failed();
  return out;
}

result<std::vector<uint8_t>> pcm_to_mulaw::finish() {
  cut_.clear();
  std::vector<uint8_t> out;
  const auto due = frames_ * mulaw_rate / rate_;
  const std::vector<int16_t> silence(frames_at_once, 0);
  while (written_ < due) {
    if (!push(silence, out))
      return filter_failed();
  }
  if (written_ > due)
    out.resize(out.size() - std::min<uint64_t>(out.size(), written_ - due));
  written_ = due;
  return out;
}

} // namespace trunkline
