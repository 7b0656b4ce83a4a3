#include "infra/speech/voice_activity.hpp"

#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

// The packaged library exports its detector without a header.
extern "C" {
struct WebRtcVadInst;
WebRtcVadInst* WebRtcVad_Create();
void WebRtcVad_Free(WebRtcVadInst* detector);
int WebRtcVad_Init(WebRtcVadInst* detector);
int WebRtcVad_set_mode(WebRtcVadInst* detector, int mode);
int WebRtcVad_Process(WebRtcVadInst* detector, int rate, const int16_t* samples, size_t count);
}

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds frame_length{20};
constexpr int strictest_mode = 3;

// Levels are root mean squares of 16 bit samples; telephone speech is 300 to 6000.
constexpr float level_min = 60;
// From here on a frame is voice for nobody, and the statistical half need not see it.
constexpr float level_inaudible = level_min / 2;
constexpr float over_floor = 2.5f; // 8 dB
constexpr float strong_min = 250;
constexpr float strong_over_floor = 5; // 14 dB
// The floor follows quiet at once and noise within seconds; speech pulls it up only slowly.
constexpr float floor_min = 8;
constexpr float floor_max = 2000;
constexpr float floor_falls = 0.3f;
constexpr float floor_rises = 1.02f;
constexpr float floor_rises_in_speech = 1.001f;

} // namespace

struct voice_activity::detector {
  WebRtcVadInst* instance = WebRtcVad_Create();
  bool works = instance != nullptr && WebRtcVad_Init(instance) == 0 &&
               WebRtcVad_set_mode(instance, strictest_mode) == 0;
  ~detector() {
    if (instance)
      WebRtcVad_Free(instance);
  }
};

voice_activity::voice_activity(voice_settings settings)
    : settings_(settings), detector_(std::make_unique<detector>()) {}

voice_activity::~voice_activity() = default;
voice_activity::voice_activity(voice_activity&&) noexcept = default;
voice_activity& voice_activity::operator=(voice_activity&&) noexcept = default;

std::vector<voice_event> voice_activity::feed(std::span<const uint8_t> mulaw) {
  std::vector<voice_event> events;
  while (!mulaw.empty()) {
    const auto count = std::min(frame_.size() - filled_, mulaw.size());
    std::copy_n(mulaw.begin(), count, frame_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += count;
    mulaw = mulaw.subspan(count);
    if (filled_ == frame_.size()) {
      filled_ = 0;
      judge(events);
    }
  }
  return events;
}

// The statistical half may be missing (its library refused); energy alone then has to do.
bool voice_activity::is_voiced(float level, std::span<const int16_t> samples) {
  if (level < level_inaudible)
    return false;
  const bool statistical =
      !detector_->works ||
      WebRtcVad_Process(detector_->instance, 8000, samples.data(), samples.size()) == 1;
  return statistical && level > std::max(level_min, floor_ * over_floor);
}

void voice_activity::judge(std::vector<voice_event>& events) {
  std::array<int16_t, mulaw_frame_bytes> samples;
  float sum = 0;
  for (size_t i = 0; i < frame_.size(); ++i) {
    samples[i] = mulaw_decode(frame_[i]);
    sum += static_cast<float>(samples[i]) * static_cast<float>(samples[i]);
  }
  const float level = std::sqrt(sum / static_cast<float>(frame_.size()));
  const bool voice = is_voiced(level, samples);
  const bool is_strong = voice && level > std::max(strong_min, floor_ * strong_over_floor);
  strong_history_ = (strong_history_ << 1 | (is_strong ? 1u : 0u)) & 0x1f;
  strong_recent_ = static_cast<unsigned>(std::popcount(strong_history_));
  floor_ = level < floor_ ? floor_ + (level - floor_) * floor_falls
                          : std::min(level, floor_ * (voice ? floor_rises_in_speech : floor_rises));
  floor_ = std::clamp(floor_, floor_min, floor_max);

  const auto begin = clock_;
  clock_ += frame_length;
  if (voice) {
    if (voice_run_ == milliseconds{0})
      voice_begin_ = begin;
    voice_run_ += frame_length;
    voice_end_ = clock_;
    if (is_strong)
      strong_voice_ += frame_length;
  } else {
    voice_run_ = milliseconds{0};
    if (!speaking_)
      strong_voice_ = milliseconds{0};
  }
  if (!speaking_ && voice_run_ >= settings_.voice_start && voice) {
    speaking_ = true;
    events.push_back({voice_event::kind::started, voice_begin_, clock_});
  } else if (speaking_ && clock_ - voice_end_ >= settings_.voice_stop) {
    speaking_ = false;
    strong_voice_ = milliseconds{0};
    events.push_back({voice_event::kind::ended, voice_end_, clock_});
  }
}

} // namespace trunkline
