#include "infra/providers/cached_tts.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace trunkline {

namespace {

/// The sentences under way: what is said of each so far.
struct recording {
  struct sentence {
    std::string text;
    std::shared_ptr<std::vector<uint8_t>> bytes = std::make_shared<std::vector<uint8_t>>();
  };
  std::mutex mutex;
  std::map<uint64_t, sentence> sentences;
};

void give_out(const tts_sink& sink, uint64_t sentence, phrase_cache::sound sound) {
  sink({sentence, audio_chunk{std::move(sound), {}}});
  sink({sentence, tts_done{}});
}

class cached_session : public tts_session {
public:
  cached_session(std::shared_ptr<phrase_cache> cache, std::string voice_key, tts_sink sink)
      : cache_(std::move(cache)), voice_key_(std::move(voice_key)), sink_(std::move(sink)) {}

  void speak(uint64_t sentence, std::string text) override {
    if (auto sound = cache_->find(voice_key_, text)) {
      give_out(sink_, sentence, std::move(sound));
      return;
    }
    {
      const std::lock_guard lock{heard->mutex};
      heard->sentences[sentence].text = text;
    }
    inner->speak(sentence, std::move(text));
  }

  void cancel() override {
    inner->cancel();
    const std::lock_guard lock{heard->mutex};
    heard->sentences.clear();
  }

  /// The inner session's sink: keeps a copy of what passes.
  tts_sink listening() {
    return [cache = cache_, key = voice_key_, sink = sink_, heard = heard](tts_event event) {
      {
        const std::lock_guard lock{heard->mutex};
        const auto found = heard->sentences.find(event.sentence);
        if (found != heard->sentences.end()) {
          if (const auto* chunk = std::get_if<audio_chunk>(&event.what); chunk && chunk->bytes)
            found->second.bytes->insert(found->second.bytes->end(), chunk->bytes->begin(),
                                        chunk->bytes->end());
          else if (std::holds_alternative<tts_done>(event.what))
            cache->said(key, found->second.text, found->second.bytes);
          if (!std::holds_alternative<audio_chunk>(event.what))
            heard->sentences.erase(found);
        }
      }
      sink(std::move(event));
    };
  }

  std::unique_ptr<tts_session> inner;

private:
  const std::shared_ptr<phrase_cache> cache_;
  const std::string voice_key_;
  const tts_sink sink_;
  const std::shared_ptr<recording> heard = std::make_shared<recording>();
};

class phrase_session : public tts_session {
public:
  phrase_session(std::shared_ptr<phrase_cache> cache, std::string voice_key, tts_sink sink)
      : cache_(std::move(cache)), voice_key_(std::move(voice_key)), sink_(std::move(sink)) {}

  void speak(uint64_t sentence, std::string text) override {
    if (auto sound = cache_->find_kept(voice_key_, text))
      give_out(sink_, sentence, std::move(sound));
    else
      sink_({sentence, failure{failure_kind::not_found, "not a kept phrase", false}});
  }
  void cancel() override {}

private:
  const std::shared_ptr<phrase_cache> cache_;
  const std::string voice_key_;
  const tts_sink sink_;
};

} // namespace

cached_tts::cached_tts(std::shared_ptr<tts_provider> inner, std::shared_ptr<phrase_cache> cache,
                       std::string voice_key, std::string voice)
    : inner_(std::move(inner)), cache_(std::move(cache)), voice_key_(std::move(voice_key)),
      voice_(std::move(voice)) {}

std::unique_ptr<tts_session> cached_tts::open(const std::string&, tts_sink sink) {
  auto session = std::make_unique<cached_session>(cache_, voice_key_, std::move(sink));
  session->inner = inner_->open(voice_, session->listening());
  return session;
}

phrase_voice::phrase_voice(std::shared_ptr<phrase_cache> cache, std::string voice_key)
    : cache_(std::move(cache)), voice_key_(std::move(voice_key)) {}

std::unique_ptr<tts_session> phrase_voice::open(const std::string&, tts_sink sink) {
  return std::make_unique<phrase_session>(cache_, voice_key_, std::move(sink));
}

} // namespace trunkline
