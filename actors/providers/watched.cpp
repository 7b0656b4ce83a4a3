#include "actors/providers/watched.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

std::chrono::milliseconds since(clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - start);
}

failure not_now(const std::string& name) {
  return {failure_kind::unavailable, name + " is not asked now: its breaker is open or it is full",
          false};
}

/// One request; sinks may be called from any thread, one at a time.
struct watch {
  explicit watch(provider_board::attempt given) : attempt(std::move(given)) {}

  void first() {
    const std::lock_guard lock{mutex};
    if (attempt && !latency)
      latency = since(start);
  }
  void good() {
    const std::lock_guard lock{mutex};
    if (attempt)
      attempt->good(latency.value_or(since(start)));
    attempt.reset();
  }
  void failed(const failure& why) {
    const std::lock_guard lock{mutex};
    if (attempt)
      attempt->failed(why);
    attempt.reset();
  }
  /// Nobody waits for it any more. What had begun to answer was good.
  void leave() {
    const std::lock_guard lock{mutex};
    if (attempt && latency)
      attempt->good(*latency);
    else if (attempt)
      attempt->left(since(start));
    attempt.reset();
  }

  std::mutex mutex;
  std::optional<provider_board::attempt> attempt;
  const clock::time_point start = clock::now();
  std::optional<std::chrono::milliseconds> latency;
};

// -- language models -----------------------------------------------------------------------------

class watched_reply : public llm_stream {
public:
  explicit watched_reply(std::shared_ptr<watch> seen) : seen_(std::move(seen)) {}
  ~watched_reply() override {
    inner.reset();
    if (seen_)
      seen_->leave();
  }
  std::unique_ptr<llm_stream> inner;

private:
  const std::shared_ptr<watch> seen_;
};

class watched_llm : public llm_provider {
public:
  watched_llm(std::shared_ptr<llm_provider> inner, std::shared_ptr<provider_board> board,
              size_t endpoint)
      : inner_(std::move(inner)), board_(std::move(board)), endpoint_(endpoint) {}

  std::string name() const override { return inner_->name(); }
  bool takes_time() const override { return inner_->takes_time(); }
  void prepare() override { inner_->prepare(); }

  std::unique_ptr<llm_stream> start(llm_request request, llm_sink sink) override {
    auto attempt = board_->begin(endpoint_);
    if (!attempt) {
      sink(not_now(name()));
      return std::make_unique<watched_reply>(nullptr);
    }
    auto seen = std::make_shared<watch>(std::move(*attempt));
    auto stream = std::make_unique<watched_reply>(seen);
    stream->inner =
        inner_->start(std::move(request), [seen, sink = std::move(sink)](llm_event event) {
          if (const auto* why = std::get_if<failure>(&event))
            seen->failed(*why);
          else if (std::holds_alternative<llm_done>(event))
            seen->good();
          else
            seen->first();
          sink(std::move(event));
        });
    return stream;
  }

private:
  const std::shared_ptr<llm_provider> inner_;
  const std::shared_ptr<provider_board> board_;
  const size_t endpoint_;
};

// -- recognisers ---------------------------------------------------------------------------------

/// A session has one place and many outcomes: each final that came after the end of speech.
struct stt_watch {
  explicit stt_watch(provider_board::attempt given) : attempt(std::move(given)) {}

  void on_event(const stt_event& event) {
    const std::lock_guard lock{mutex};
    if (const auto* why = std::get_if<failure>(&event))
      attempt.failed(*why);
    else if (const auto* words = std::get_if<transcript>(&event); words->is_final && ended)
      attempt.good(since(*std::exchange(ended, std::nullopt)));
  }
  void speech_ended() {
    const std::lock_guard lock{mutex};
    ended = clock::now();
  }

  std::mutex mutex;
  provider_board::attempt attempt;
  std::optional<clock::time_point> ended;
};

class watched_recogniser : public stt_session {
public:
  explicit watched_recogniser(std::shared_ptr<stt_watch> seen) : seen_(std::move(seen)) {}
  void speech_started() override {
    if (inner)
      inner->speech_started();
  }
  void audio(audio_chunk chunk) override {
    if (inner)
      inner->audio(std::move(chunk));
  }
  void speech_ended() override {
    if (!inner)
      return;
    seen_->speech_ended();
    inner->speech_ended();
  }
  void expect(expected_answer what) override {
    if (inner)
      inner->expect(what);
  }
  std::unique_ptr<stt_session> inner; ///< null: not let through

private:
  const std::shared_ptr<stt_watch> seen_;
};

class watched_stt : public stt_provider {
public:
  watched_stt(std::shared_ptr<stt_provider> inner, std::shared_ptr<provider_board> board,
              size_t endpoint)
      : inner_(std::move(inner)), board_(std::move(board)), endpoint_(endpoint) {}

  std::string name() const override { return inner_->name(); }

  std::unique_ptr<stt_session> open(stt_sink sink) override {
    auto attempt = board_->begin(endpoint_);
    if (!attempt) {
      sink(not_now(name()));
      return std::make_unique<watched_recogniser>(nullptr);
    }
    auto seen = std::make_shared<stt_watch>(std::move(*attempt));
    auto session = std::make_unique<watched_recogniser>(seen);
    session->inner = inner_->open([seen, sink = std::move(sink)](stt_event event) {
      seen->on_event(event);
      sink(std::move(event));
    });
    return session;
  }

private:
  const std::shared_ptr<stt_provider> inner_;
  const std::shared_ptr<provider_board> board_;
  const size_t endpoint_;
};

// -- voices --------------------------------------------------------------------------------------

/// The sentences under way, each one request.
struct tts_watch {
  std::shared_ptr<watch> take(uint64_t sentence, bool last) {
    const std::lock_guard lock{mutex};
    const auto found = sentences.find(sentence);
    if (found == sentences.end())
      return nullptr;
    auto one = found->second;
    if (last)
      sentences.erase(found);
    return one;
  }
  void on_event(const tts_event& event) {
    const auto* why = std::get_if<failure>(&event.what);
    const bool last = why || std::holds_alternative<tts_done>(event.what);
    const auto one = take(event.sentence, last);
    if (!one)
      return;
    if (why)
      one->failed(*why);
    else if (last)
      one->good();
    else
      one->first();
  }
  void clear() {
    const std::lock_guard lock{mutex};
    for (auto& [_, one] : sentences)
      one->leave();
    sentences.clear();
  }

  std::mutex mutex;
  std::map<uint64_t, std::shared_ptr<watch>> sentences;
};

class watched_voice : public tts_session {
public:
  watched_voice(std::shared_ptr<provider_board> board, size_t endpoint, std::string name,
                tts_sink sink)
      : board_(std::move(board)), endpoint_(endpoint), name_(std::move(name)),
        sink_(std::move(sink)) {}
  ~watched_voice() override {
    inner.reset();
    seen->clear();
  }
  void speak(uint64_t sentence, std::string text) override {
    auto attempt = board_->begin(endpoint_);
    if (!attempt) {
      sink_({sentence, not_now(name_)});
      return;
    }
    {
      const std::lock_guard lock{seen->mutex};
      seen->sentences[sentence] = std::make_shared<watch>(std::move(*attempt));
    }
    inner->speak(sentence, std::move(text));
  }
  void cancel() override {
    inner->cancel();
    seen->clear();
  }
  const std::shared_ptr<tts_watch> seen = std::make_shared<tts_watch>();
  std::unique_ptr<tts_session> inner;

private:
  const std::shared_ptr<provider_board> board_;
  const size_t endpoint_;
  const std::string name_;
  const tts_sink sink_;
};

class watched_tts : public tts_provider {
public:
  watched_tts(std::shared_ptr<tts_provider> inner, std::shared_ptr<provider_board> board,
              size_t endpoint)
      : inner_(std::move(inner)), board_(std::move(board)), endpoint_(endpoint) {}

  std::string name() const override { return inner_->name(); }

  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) override {
    auto session = std::make_unique<watched_voice>(board_, endpoint_, name(), sink);
    session->inner =
        inner_->open(voice, [seen = session->seen, sink = std::move(sink)](tts_event event) {
          seen->on_event(event);
          sink(std::move(event));
        });
    return session;
  }

private:
  const std::shared_ptr<tts_provider> inner_;
  const std::shared_ptr<provider_board> board_;
  const size_t endpoint_;
};

} // namespace

std::shared_ptr<llm_provider> watched(std::shared_ptr<llm_provider> inner,
                                      std::shared_ptr<provider_board> board, size_t endpoint) {
  return std::make_shared<watched_llm>(std::move(inner), std::move(board), endpoint);
}

std::shared_ptr<stt_provider> watched(std::shared_ptr<stt_provider> inner,
                                      std::shared_ptr<provider_board> board, size_t endpoint) {
  return std::make_shared<watched_stt>(std::move(inner), std::move(board), endpoint);
}

std::shared_ptr<tts_provider> watched(std::shared_ptr<tts_provider> inner,
                                      std::shared_ptr<provider_board> board, size_t endpoint) {
  return std::make_shared<watched_tts>(std::move(inner), std::move(board), endpoint);
}

} // namespace trunkline
