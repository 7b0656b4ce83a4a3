#include "infra/speech/flite_tts.hpp"

#include "infra/speech/flite_voice.hpp"
#include "protocol/audio/mulaw.hpp"

#include <algorithm>
#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>
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

// Least recently used goes first; pinned entries do not count and do not go.
class sentence_cache {
public:
  explicit sentence_cache(size_t bytes_max) : bytes_max_(bytes_max) {}

  std::shared_ptr<const chunks> find(const std::string& key) {
    std::lock_guard lock{mutex_};
    const auto found = entries_.find(key);
    if (found == entries_.end())
      return nullptr;
    if (!found->second.pinned)
      order_.splice(order_.begin(), order_, found->second.place);
    return found->second.sound;
  }

  void put(const std::string& key, std::shared_ptr<const chunks> sound, size_t bytes, bool pinned) {
    std::lock_guard lock{mutex_};
    if (const auto old = entries_.find(key); old != entries_.end()) {
      if (old->second.pinned || !pinned)
        return;
      drop(old);
    }
    if (!pinned && bytes > bytes_max_ / 2)
      return;
    while (!pinned && bytes_ + bytes > bytes_max_ && !order_.empty())
      drop(entries_.find(order_.back()));
    auto place = order_.end();
    if (!pinned) {
      order_.push_front(key);
      place = order_.begin();
      bytes_ += bytes;
    }
    entries_[key] = {std::move(sound), bytes, pinned, place};
  }

private:
  struct entry {
    std::shared_ptr<const chunks> sound;
    size_t bytes = 0;
    bool pinned = false;
    std::list<std::string>::iterator place;
  };
  using entry_map = std::unordered_map<std::string, entry>;

  void drop(entry_map::iterator gone) {
    if (!gone->second.pinned) {
      bytes_ -= gone->second.bytes;
      order_.erase(gone->second.place);
    }
    entries_.erase(gone);
  }

  const size_t bytes_max_;
  std::mutex mutex_;
  entry_map entries_;
  std::list<std::string> order_;
  size_t bytes_ = 0;
};

} // namespace

struct flite_tts::shared {
  shared(worker_pool& p, flite_tts_settings s)
      : pool(p), settings(std::move(s)), cache(settings.cache_bytes_max) {}

  worker_pool& pool;
  const flite_tts_settings settings;
  sentence_cache cache;

  static std::string key(const std::string& voice, const std::string& text) {
    return voice + '\n' + text;
  }

  result<std::shared_ptr<const chunks>> rendered(const std::string& voice, const std::string& text,
                                                 bool pinned) {
    const auto name = key(voice, text);
    if (!pinned)
      if (auto sound = cache.find(name))
        return sound;
    const auto sound = synthesize_mulaw(voice, text);
    if (!sound)
      return sound.error();
    auto made = std::make_shared<const chunks>(cut(*sound));
    cache.put(name, made, sound->size() + text.size(), pinned);
    return std::shared_ptr<const chunks>{std::move(made)};
  }
};

namespace {

// What a job on the pool needs of its session, which may be gone by then.
struct session_state {
  std::string voice;
  tts_sink sink;
  std::atomic<bool> cancelled{false};
  std::atomic<size_t> pending{0};

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

template<class Shared>
void render(Shared& shared, session_state& state, uint64_t sentence, const std::string& text) {
  if (state.cancelled)
    return;
  const auto sound = shared.rendered(state.voice, text, false);
  if (sound)
    state.emit(sentence, **sound);
  else if (!state.cancelled)
    state.sink({sentence, sound.error()});
  --state.pending;
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
    if (state_->pending == 0)
      if (const auto sound = shared_->cache.find(Shared::key(state_->voice, text)))
        return state_->emit(sentence, *sound);
    ++state_->pending;
    if (strand_->post([shared = shared_, state = state_, sentence, text = std::move(text)] {
          render(*shared, *state, sentence, text);
        }))
      return;
    --state_->pending;
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
    : shared_(std::make_shared<shared>(pool, std::move(settings))) {}

flite_tts::~flite_tts() = default;

std::unique_ptr<tts_session> flite_tts::open(const std::string& voice, tts_sink sink) {
  return std::make_unique<flite_session<shared>>(
      shared_, voice.empty() ? shared_->settings.default_voice : voice, std::move(sink));
}

result<audio_chunk> flite_tts::prerender(const std::string& voice, const std::string& text) {
  const auto& name = voice.empty() ? shared_->settings.default_voice : voice;
  const auto sound = shared_->rendered(name, text, true);
  if (!sound)
    return sound.error();
  auto whole = std::make_shared<std::vector<uint8_t>>();
  for (const auto& chunk : **sound)
    whole->insert(whole->end(), chunk.bytes->begin(), chunk.bytes->end());
  return audio_chunk{std::move(whole), std::chrono::milliseconds{0}};
}

} // namespace trunkline
