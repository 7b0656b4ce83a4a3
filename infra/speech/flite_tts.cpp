#include "infra/speech/flite_tts.hpp"

#include "infra/speech/flite_voice.hpp"
#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace trunkline {

namespace {

constexpr size_t chunk_bytes = 200 * mulaw_bytes_per_ms;

using chunks = std::vector<audio_chunk>;

chunks cut(const std::vector<uint8_t>& sound) {
  chunks out;
  for (size_t at = 0; at < sound.size(); at += chunk_bytes) {
    const auto end = std::min(at + chunk_bytes, sound.size());
    out.push_back(
        {std::make_shared<const std::vector<uint8_t>>(sound.data() + at, sound.data() + end),
         std::chrono::milliseconds{at / mulaw_bytes_per_ms}});
  }
  return out;
}

} // namespace

struct flite_tts::shared {
  worker_pool& pool;
  const flite_tts_settings settings;
};

namespace {

// What a job on the pool needs of its session, which may be gone by then.
struct session_state {
  std::string voice;
  tts_sink sink;
  std::atomic<bool> cancelled{false};

  void emit(uint64_t sentence, const chunks& sound) const {
    for (const auto& chunk : sound) {
      if (cancelled)
        return;
      sink({sentence, chunk});
    }
    if (!cancelled)
      sink({sentence, tts_done{}});
  }
};

void render(session_state& state, uint64_t sentence, const std::string& text) {
  if (state.cancelled)
    return;
  const auto sound = synthesize_mulaw(state.voice, text);
  if (sound)
    state.emit(sentence, cut(*sound));
  else if (!state.cancelled)
    state.sink({sentence, sound.error()});
}

template<class Shared>
class flite_session : public tts_session {
public:
  flite_session(std::shared_ptr<Shared> shared, std::string voice, tts_sink sink)
      : shared_(std::move(shared)),
        strand_(worker_strand::make(shared_->pool, shared_->settings.sentences_queued_max)) {
    renew(std::move(voice), std::move(sink));
  }

  ~flite_session() override {
    state_->cancelled = true;
    strand_->clear();
  }

  void speak(uint64_t sentence, std::string text) override {
    if (strand_->post(
            [state = state_, sentence, text = std::move(text)] { render(*state, sentence, text); }))
      return;
    state_->sink({sentence, failure{failure_kind::overloaded,
                                    "speech: the synthesis queue is full; the sentence was not "
                                    "taken",
                                    true}});
  }

  void cancel() override {
    state_->cancelled = true;
    strand_->clear();
    renew(state_->voice, state_->sink);
  }

private:
  // Jobs that already run keep the old state and find it cancelled.
  void renew(std::string voice, tts_sink sink) {
    auto next = std::make_shared<session_state>();
    next->voice = std::move(voice);
    next->sink = std::move(sink);
    state_ = std::move(next);
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<session_state> state_;
  std::shared_ptr<worker_strand> strand_;
};

} // namespace

flite_tts::flite_tts(worker_pool& pool, flite_tts_settings settings)
    : shared_(new shared{pool, std::move(settings)}) {}

flite_tts::~flite_tts() = default;

std::unique_ptr<tts_session> flite_tts::open(const std::string& voice, tts_sink sink) {
  return std::make_unique<flite_session<shared>>(
      shared_, voice.empty() ? shared_->settings.default_voice : voice, std::move(sink));
}

} // namespace trunkline
