#include "tests/support/spoken_caller.hpp"

#include "infra/speech/flite_voice.hpp"
#include "infra/speech/voice_activity.hpp"
#include "protocol/audio/mulaw.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline::testing {

stt_sink transcript_recorder::sink() {
  return [state = state_](stt_event event) {
    std::lock_guard lock{state->mutex};
    if (auto* heard = std::get_if<transcript>(&event)) {
      state->finals += heard->is_final ? 1 : 0;
      state->all.push_back(std::move(*heard));
    } else {
      ++state->failures;
    }
    state->changed.notify_all();
  };
}

std::vector<transcript> transcript_recorder::wait_for_finals(size_t count) {
  std::unique_lock lock{state_->mutex};
  EXPECT_TRUE(state_->changed.wait_for(lock, std::chrono::seconds{60},
                                       [&] { return state_->finals >= count; }))
      << "only " << state_->finals << " of " << count << " finals came";
  EXPECT_EQ(state_->failures, 0u);
  return state_->all;
}

struct spoken_caller::ear {
  voice_activity voice{{}};
};

spoken_caller::spoken_caller(stt_provider& provider, std::string voice)
    : voice_(std::move(voice)), session_(provider.open(recorder_.sink())),
      ear_(std::make_shared<ear>()) {}

understood spoken_caller::say(const std::string& line, float gain) {
  auto sound = synthesize_mulaw(voice_, line).value();
  for (auto& byte : sound)
    byte = mulaw_encode(static_cast<int16_t>(
        std::clamp(static_cast<float>(mulaw_decode(byte)) * gain, -32000.0f, 32000.0f)));
  sound.insert(sound.begin(), 400 * mulaw_bytes_per_ms, mulaw_silence);
  sound.insert(sound.end(), 600 * mulaw_bytes_per_ms, mulaw_silence);
  sound.resize(sound.size() - sound.size() % mulaw_frame_bytes);
  size_t utterances = 0;
  for (size_t at = 0; at < sound.size(); at += mulaw_frame_bytes) {
    const std::vector<uint8_t> frame(sound.begin() + static_cast<std::ptrdiff_t>(at),
                                     sound.begin() +
                                         static_cast<std::ptrdiff_t>(at + mulaw_frame_bytes));
    const auto start = ear_->voice.clock();
    const auto events = ear_->voice.feed(frame);
    session_->audio({std::make_shared<const std::vector<uint8_t>>(frame), start});
    for (const auto& event : events)
      if (event.what == voice_event::kind::started) {
        session_->speech_started();
        ++utterances;
      } else {
        session_->speech_ended();
      }
  }
  finals_ += utterances;
  const auto all = recorder_.wait_for_finals(finals_);
  understood result;
  result.utterances = utterances;
  for (; seen_ < all.size(); ++seen_) {
    const auto& heard = all[seen_];
    if (!heard.is_final) {
      ++result.interims;
      continue;
    }
    result.rejected += heard.rejected ? 1 : 0;
    if (!heard.text.empty())
      result.text += (result.text.empty() ? "" : " ") + heard.text;
    result.alternatives.insert(result.alternatives.end(), heard.alternatives.begin(),
                               heard.alternatives.end());
  }
  return result;
}

} // namespace trunkline::testing
