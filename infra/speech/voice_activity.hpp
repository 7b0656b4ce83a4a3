#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace trunkline {

struct voice_settings {
  std::chrono::milliseconds voice_start{60};
  std::chrono::milliseconds voice_stop{200};
};

/// Speech began or ended. `at` is where it did on the stream's media clock, `noticed` is the end of
/// the audio heard by then, at least voice_start or voice_stop later.
struct voice_event {
  enum class kind { started, ended };
  kind what = kind::started;
  std::chrono::milliseconds at{0};
  std::chrono::milliseconds noticed{0};
};

/// Tells speech from the rest in one mu-law stream: a statistical detector (WebRTC, strictest mode)
/// that must agree with the energy over an adaptive noise floor. Has no clock: time is the audio
/// fed. About 3 us per 20 ms, a tenth of it for silence. One thread; about 1.5 KB.
///
///     quiet --- voice_start of voiced frames ---> speaking --- voice_stop without one ---> quiet
class voice_activity {
public:
  explicit voice_activity(voice_settings settings);
  ~voice_activity();
  voice_activity(voice_activity&&) noexcept;
  voice_activity& operator=(voice_activity&&) noexcept;

  /// Any length; it is re-cut into 20 ms frames.
  std::vector<voice_event> feed(std::span<const uint8_t> mulaw);

  bool speaking() const { return speaking_; }
  /// The last frame judged was voice, not a pause in it.
  bool voiced() const { return voice_end_ == clock_ && clock_.count() > 0; }
  /// The voice of the last 100 ms stands well above the noise: required for barge-in, so that an
  /// echo or a far conversation does not silence the agent.
  bool strong() const { return strong_recent_ >= 3; }
  /// Strong voice heard since speech started.
  std::chrono::milliseconds strong_voice() const { return strong_voice_; }
  /// All audio judged so far.
  std::chrono::milliseconds clock() const { return clock_; }
  /// The noise floor as root mean square of 16 bit samples.
  float noise_floor() const { return floor_; }

private:
  struct detector;

  void judge(std::vector<voice_event>& events);
  bool is_voiced(float level, std::span<const int16_t> samples);

  voice_settings settings_;
  std::unique_ptr<detector> detector_;
  std::array<uint8_t, 160> frame_{};
  size_t filled_ = 0;
  std::chrono::milliseconds clock_{0};
  std::chrono::milliseconds voice_run_{0};   // voiced without a gap, while quiet
  std::chrono::milliseconds voice_begin_{0}; // of the run
  std::chrono::milliseconds voice_end_{0};   // of the last voiced frame
  std::chrono::milliseconds strong_voice_{0};
  float floor_ = 40;
  unsigned strong_recent_ = 0; // of the last five frames
  unsigned strong_history_ = 0;
  bool speaking_ = false;
};

} // namespace trunkline
