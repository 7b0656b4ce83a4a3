#include "infra/providers/utterance_stt.hpp"

#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr size_t bytes_per_ms = 8;
constexpr size_t answer_bytes_max = 256 * 1024;

size_t bytes_of(milliseconds length) {
  return static_cast<size_t>(length.count()) * bytes_per_ms;
}

/// One utterance and the request that carries it.
class asked_utterance : public http_handler {
public:
  asked_utterance(const utterance_codec& codec, transcript words, milliseconds answer_within,
                  std::function<void()> changed)
      : codec_(codec), words_(std::move(words)), answer_within_(answer_within),
        changed_(std::move(changed)) {}

  void start(http_pool& pool, client_request request) {
    request.body_bytes_max = answer_bytes_max;
    call_ = pool.start(std::move(request), *this);
  }
  /// Nothing to ask: an empty final.
  void skip() { outcome_.emplace(words_); }

  const std::optional<result<transcript>>& outcome() const { return outcome_; }

  void on_head(const http_response& head) override {
    answer_ = head;
    call_->expect_within(answer_within_, "transcript");
  }
  void on_body(std::string_view bytes) override { answer_.body += bytes; }
  void on_end() override {
    if (answer_.status != 200) {
      finish(refused());
      return;
    }
    auto read = codec_.read(answer_.content_type, answer_.body);
    if (read) {
      read->is_final = true;
      read->utterance = words_.utterance;
      read->audio_end = words_.audio_end;
    }
    finish(std::move(read));
  }
  void on_failure(failure what) override {
    const bool answered = answer_.status == 0 || answer_.status == 200;
    finish(answered ? std::move(what) : refused()); // the status says more than how its body ended
  }

private:
  failure refused() const { return dated(codec_.error_of(error_in(answer_)), answer_); }

  void finish(result<transcript> outcome) {
    outcome_.emplace(std::move(outcome));
    changed_();
  }

  const utterance_codec& codec_;
  const transcript words_; ///< number and times; no text yet
  const milliseconds answer_within_;
  const std::function<void()> changed_;
  std::unique_ptr<http_call> call_;
  http_response answer_{.status = 0};
  std::optional<result<transcript>> outcome_;
};

class utterance_session : public stt_session {
public:
  utterance_session(client_loop& loop, const utterance_stt_settings& settings,
                    std::shared_ptr<const utterance_codec> codec, stt_sink sink)
      : loop_(loop), settings_(settings), codec_(std::move(codec)), sink_(std::move(sink)) {
    loop_.pool.warm(settings_.endpoint.base_url);
  }

  void speech_started() override {
    if (over_)
      return;
    done_.clear();
    ++number_;
    speaking_ = true;
    voice_from_ = audio_.size();
  }

  void audio(audio_chunk chunk) override {
    if (!chunk.bytes || over_)
      return;
    audio_end_ = chunk.start + chunk.length();
    audio_.insert(audio_.end(), chunk.bytes->begin(), chunk.bytes->end());
    const auto limit = bytes_of(speaking_ ? settings_.utterance_max : settings_.lead_in);
    if (audio_.size() <= limit)
      return;
    if (speaking_) // the beginning says what the caller wants
      audio_.resize(limit);
    else
      audio_.erase(audio_.begin(), audio_.end() - static_cast<ptrdiff_t>(limit));
  }

  void speech_ended() override {
    if (!std::exchange(speaking_, false))
      return;
    transcript words;
    words.is_final = true;
    words.utterance = number_;
    words.audio_end = audio_end_;
    asked_.push_back(std::make_shared<asked_utterance>(
        *codec_, std::move(words), settings_.endpoint.timeouts.first_byte, [this] { give_out(); }));
    if (audio_.size() - voice_from_ < bytes_of(settings_.voice_min))
      asked_.back()->skip();
    else
      asked_.back()->start(loop_.pool, addressed(settings_.endpoint, codec_->request(audio_)));
    audio_.clear();
    give_out();
  }

private:
  // The utterance that reports is still on the stack: it goes when the next one begins.
  void give_out() {
    while (!asked_.empty() && asked_.front()->outcome()) {
      done_.push_back(std::move(asked_.front()));
      asked_.pop_front();
      const auto& outcome = *done_.back()->outcome();
      if (outcome) {
        sink_(*outcome);
        continue;
      }
      over_ = true;
      speaking_ = false;
      done_.insert(done_.end(), asked_.begin(), asked_.end());
      asked_.clear();
      sink_(outcome.error());
    }
  }

  client_loop& loop_;
  const utterance_stt_settings& settings_; ///< the provider's, which its actor keeps
  const std::shared_ptr<const utterance_codec> codec_;
  const stt_sink sink_;
  std::vector<uint8_t> audio_; ///< lead-in, or lead-in and the present utterance
  size_t voice_from_ = 0;      ///< where the voice begins in it
  milliseconds audio_end_{0};
  uint64_t number_ = 0;
  bool speaking_ = false;
  bool over_ = false; ///< it has failed
  std::deque<std::shared_ptr<asked_utterance>> asked_;
  std::vector<std::shared_ptr<asked_utterance>> done_;
};

} // namespace

utterance_stt::utterance_stt(client_loop& loop, utterance_stt_settings settings,
                             std::shared_ptr<const utterance_codec> codec)
    : loop_(loop), settings_(std::move(settings)), codec_(std::move(codec)) {}

std::unique_ptr<stt_session> utterance_stt::open(stt_sink sink) {
  return std::make_unique<utterance_session>(loop_, settings_, codec_, std::move(sink));
}

} // namespace trunkline
