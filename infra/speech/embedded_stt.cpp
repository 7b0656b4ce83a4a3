#include "infra/speech/embedded_stt.hpp"

#include "infra/log/log.hpp"
#include "infra/speech/sphinx_decoder.hpp"
#include "infra/speech/utterance_queue.hpp"
#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

result<void> add_pair(utterance_queue& queue, const speech_model& model) {
  using search = sphinx_decoder::search;
  const auto& scratch = queue.settings().scratch;
  auto grammar = sphinx_decoder::make(search::grammar, model, scratch);
  if (!grammar)
    return grammar.error();
  auto trigram = sphinx_decoder::make(search::trigram, model, scratch);
  if (!trigram)
    return trigram.error();
  queue.add_decoders(std::move(*grammar), std::move(*trigram));
  return {};
}

// One after the other, so that the other workers are free for who speaks meanwhile.
void add_pairs_later(worker_pool& pool, std::weak_ptr<utterance_queue> queue,
                     std::shared_ptr<const speech_model> model, size_t pairs) {
  const bool taken = pool.post([&pool, queue, model, pairs] {
    const auto live = queue.lock();
    if (!live)
      return;
    if (const auto added = add_pair(*live, *model); !added)
      log_event(log_level::error, "speech.decoders_missing",
                {{"count", pairs}, {"error", added.error().context}});
    else if (pairs > 1)
      add_pairs_later(pool, queue, model, pairs - 1);
  });
  if (!taken) // the pool ends, or is so full that more decoders would not help it
    log_event(log_level::warn, "speech.decoders_missing", {{"count", pairs}});
}

} // namespace

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
  const auto built = std::make_shared<const speech_model>(std::move(*model));
  if (auto added = add_pair(*shared->queue, *built); !added)
    return added.error();
  if (settings.decoders > 1)
    add_pairs_later(pool, shared->queue, built, settings.decoders - 1);
  shared->gaps = built->gaps;
  return std::unique_ptr<embedded_stt>{new embedded_stt{std::move(shared)}};
}

std::unique_ptr<stt_session> embedded_stt::open(stt_sink sink) {
  return std::make_unique<session>(engine_->queue, std::move(sink));
}

const std::vector<dictionary_gap>& embedded_stt::gaps() const {
  return engine_->gaps;
}

} // namespace trunkline
