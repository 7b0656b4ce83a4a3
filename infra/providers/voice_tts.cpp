#include "infra/providers/voice_tts.hpp"

#include "infra/providers/sound_pace.hpp"

#include <deque>
#include <utility>

namespace trunkline {

namespace {

constexpr size_t at_once_max = 2; // requests of one session
constexpr size_t refusal_bytes_max = 16 * 1024;
constexpr size_t answer_bytes_max = 8 * 1024 * 1024;

/// One sentence under way. Reports through its session.
class spoken_sentence : public http_handler {
public:
  spoken_sentence(uint64_t id, std::string text, const voice_codec& codec,
                  const voice_tts_settings& settings,
                  std::function<void(tts_event, bool over)> report)
      : id_(id), text_(std::move(text)), pace_(text_), codec_(codec), settings_(settings),
        report_(std::move(report)) {}

  uint64_t id() const { return id_; }
  bool started() const { return started_; }

  void start(http_pool& pool, const std::string& voice) {
    auto request = addressed(settings_.endpoint, codec_.request(voice, text_));
    request.body_bytes_max = answer_bytes_max;
    request.timeouts.first_byte = settings_.first_audio;
    call_ = pool.start(std::move(request), *this);
    started_ = true;
  }

  void on_head(const http_response& head) override {
    answer_ = head;
    if (head.status != 200)
      return;
    auto reader = codec_.reader(head.content_type);
    if (!reader) {
      fail(reader.error());
      return;
    }
    reader_ = std::move(*reader);
    call_->expect_since_start(settings_.first_audio, "first audio"); // an early head earns no time
  }

  void on_body(std::string_view bytes) override {
    if (over_)
      return;
    if (reader_)
      give(reader_->feed(bytes));
    else if (answer_.body.size() < refusal_bytes_max)
      answer_.body.append(bytes.substr(0, refusal_bytes_max - answer_.body.size()));
  }

  void on_end() override {
    if (over_)
      return;
    if (!reader_) {
      fail(refused());
      return;
    }
    give(reader_->end_of_body());
    if (!over_)
      finish({id_, tts_done{}});
  }

  void on_failure(failure what) override {
    if (!over_)
      fail(reader_ || answer_.status == 0 ? std::move(what) : refused());
  }

private:
  failure refused() const { return dated(codec_.error_of(error_in(answer_)), answer_); }

  void give(result<std::vector<uint8_t>> audio) {
    if (!audio) {
      fail(audio.error());
      return;
    }
    if (audio->empty())
      return;
    const auto now = std::chrono::steady_clock::now();
    pace_.add(audio->size(), now);
    if (pace_.too_long()) {
      fail({failure_kind::unavailable,
            settings_.endpoint.name + ": the sound is longer than its sentence can be", true});
      return;
    }
    call_->expect_within(
        std::chrono::ceil<std::chrono::milliseconds>(pace_.due(settings_.between_chunks) - now),
        "next audio");
    report_({id_, audio_chunk{std::make_shared<const std::vector<uint8_t>>(std::move(*audio)), {}}},
            false);
  }
  void fail(failure why) { finish({id_, std::move(why)}); }
  void finish(tts_event last) {
    over_ = true;
    call_.reset(); // whatever still comes is not read
    report_(std::move(last), true);
  }

  const uint64_t id_;
  const std::string text_;
  sound_pace pace_;
  const voice_codec& codec_;
  const voice_tts_settings& settings_;
  const std::function<void(tts_event, bool)> report_;
  std::unique_ptr<http_call> call_;
  std::unique_ptr<audio_reader> reader_;
  http_response answer_{.status = 0};
  bool started_ = false, over_ = false;
};

class voice_session : public tts_session {
public:
  voice_session(client_loop& loop, const voice_tts_settings& settings,
                std::shared_ptr<const voice_codec> codec, std::string voice, tts_sink sink)
      : loop_(loop), settings_(settings), codec_(std::move(codec)), voice_(std::move(voice)),
        sink_(std::move(sink)) {
    loop_.pool.warm(settings_.endpoint.base_url);
  }

  void speak(uint64_t sentence, std::string text) override {
    drop_finished();
    sentences_.push_back(
        std::make_shared<spoken_sentence>(sentence, std::move(text), *codec_, settings_,
                                          [this, sentence](tts_event event, bool over) {
                                            sink_(std::move(event));
                                            if (over)
                                              on_over(sentence);
                                          }));
    start_next();
  }

  void cancel() override {
    sentences_.clear();
    finished_.clear();
  }

private:
  // The sentence that reports is still on the stack: it goes with the next call from outside.
  void on_over(uint64_t sentence) {
    for (auto it = sentences_.begin(); it != sentences_.end(); ++it)
      if ((*it)->id() == sentence) {
        finished_.push_back(std::move(*it));
        sentences_.erase(it);
        break;
      }
    start_next();
  }

  void drop_finished() { finished_.clear(); }

  void start_next() {
    size_t under_way = 0;
    for (const auto& one : sentences_) {
      if (under_way == at_once_max)
        return;
      ++under_way;
      if (!one->started())
        one->start(loop_.pool, voice_);
    }
  }

  client_loop& loop_;
  const voice_tts_settings& settings_; ///< the provider's, which its actor keeps
  const std::shared_ptr<const voice_codec> codec_;
  const std::string voice_;
  const tts_sink sink_;
  std::deque<std::shared_ptr<spoken_sentence>> sentences_;
  std::vector<std::shared_ptr<spoken_sentence>> finished_;
};

} // namespace

voice_tts::voice_tts(client_loop& loop, voice_tts_settings settings,
                     std::shared_ptr<const voice_codec> codec)
    : loop_(loop), settings_(std::move(settings)), codec_(std::move(codec)) {}

std::unique_ptr<tts_session> voice_tts::open(const std::string& voice, tts_sink sink) {
  return std::make_unique<voice_session>(loop_, settings_, codec_,
                                         voice.empty() ? settings_.voice : voice, std::move(sink));
}

} // namespace trunkline
