#include "infra/speech/embedded_stt.hpp"

#include "infra/speech/sphinx_decoder.hpp"
#include "infra/speech/utterance_queue.hpp"
#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

class embedded_stt::engine {
public:
  engine(worker_pool& pool, const embedded_stt_settings& settings)
      : queue(std::make_shared<utterance_queue>(pool, settings)) {}

  std::shared_ptr<utterance_queue> queue;
  std::vector<dictionary_gap> gaps;
};

// Lives on the call's shard: cuts the audio at what voice activity says, the queue does the rest.
class embedded_stt::session : public stt_session {
public:
  session(std::shared_ptr<utterance_queue> queue, stt_sink sink)
      : queue_(std::move(queue)), stream_(std::make_shared<speech_stream>(std::move(sink))),
        pre_roll_bytes_(static_cast<size_t>(queue_->settings().pre_roll.count()) *
                        mulaw_bytes_per_ms) {}

  ~session() override { queue_->abandon(stream_); }

  void speech_started() override {
    if (current_)
      speech_ended();
    auto before = std::exchange(recent_, {});
    if (before.size() > pre_roll_bytes_)
      before.erase(before.begin(), before.end() - static_cast<std::ptrdiff_t>(pre_roll_bytes_));
    before.insert(before.begin(), pre_roll_bytes_ - before.size(), mulaw_silence);
    current_ = queue_->begin(stream_, ++count_, std::move(before), clock_);
  }

  void audio(audio_chunk chunk) override {
    if (!chunk.bytes || chunk.bytes->empty())
      return;
    clock_ = chunk.start + chunk.length();
    if (current_)
      return queue_->append(current_, *chunk.bytes, clock_);
    recent_.insert(recent_.end(), chunk.bytes->begin(), chunk.bytes->end());
    if (recent_.size() > 4 * pre_roll_bytes_ + 8000) // trimmed seldom: this runs for every frame
      recent_.erase(recent_.begin(), recent_.end() - static_cast<std::ptrdiff_t>(pre_roll_bytes_));
  }

  void speech_ended() override {
    if (current_)
      queue_->end(std::exchange(current_, nullptr));
  }

  void expect(expected_answer what) override { stream_->expected = what; }

private:
  std::shared_ptr<utterance_queue> queue_;
  std::shared_ptr<speech_stream> stream_;
  std::shared_ptr<utterance> current_;
  const size_t pre_roll_bytes_;
  std::vector<uint8_t> recent_; // audio since the last utterance, at least the pre-roll
  milliseconds clock_{0};
  uint64_t count_ = 0;
};

embedded_stt::embedded_stt(std::shared_ptr<engine> shared) : engine_(std::move(shared)) {}
embedded_stt::~embedded_stt() = default;

result<std::unique_ptr<embedded_stt>> embedded_stt::make(worker_pool& pool, const assistant& who,
                                                         embedded_stt_settings settings) {
  auto dictionary = pronunciations::load(sphinx_model_dir / "cmudict-en-us.dict");
  if (!dictionary)
    return dictionary.error();
  auto model = build_speech_model(who, *dictionary, {});
  if (!model)
    return model.error();
  auto shared = std::make_shared<engine>(pool, settings);
  for (size_t i = 0; i < std::max<size_t>(settings.decoders, 1); ++i) {
    auto plain = sphinx_decoder::make(ear::plain, *model, settings.scratch);
    if (!plain)
      return plain.error();
    auto lowered = sphinx_decoder::make(ear::lowered, *model, settings.scratch);
    if (!lowered)
      return lowered.error();
    shared->queue->add_decoders({std::move(*plain), std::move(*lowered)});
  }
  shared->gaps = std::move(model->gaps);
  return std::unique_ptr<embedded_stt>{new embedded_stt{std::move(shared)}};
}

std::unique_ptr<stt_session> embedded_stt::open(stt_sink sink) {
  return std::make_unique<session>(engine_->queue, std::move(sink));
}

const std::vector<dictionary_gap>& embedded_stt::gaps() const {
  return engine_->gaps;
}

} // namespace trunkline
