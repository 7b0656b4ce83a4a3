#include "infra/providers/elevenlabs_tts.hpp"

#include "infra/providers/sound_pace.hpp"
#include "protocol/elevenlabs/context_book.hpp"
#include "protocol/elevenlabs/errors.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

constexpr size_t message_bytes_max = 4 * 1024 * 1024;
constexpr size_t at_once_max = 2; // sentences: what counts at the service is generation

/// The socket and the sentences on it. Pending operations keep it alive; when its session is gone
/// it only closes.
class speech_link : public std::enable_shared_from_this<speech_link> {
public:
  speech_link(client_loop& loop, elevenlabs_tts_settings settings, tts_sink sink)
      : loop_(loop), settings_(std::move(settings)), sink_(std::move(sink)), timer_(loop.io) {}

  void open() {
    const auto number = ++connection_;
    opening_ = true;
    auto request =
        addressed(settings_.endpoint, elevenlabs_stream_handshake(settings_.stream), true);
    request.body_bytes_max = message_bytes_max;
    web_socket_connect(
        loop_.io, std::move(request), std::make_shared<listener>(weak_from_this(), number),
        [self = shared_from_this(), number](result<std::shared_ptr<web_socket>> opened) {
          self->on_opened(number, std::move(opened));
        },
        [](const http_response& answer) {
          return dated(elevenlabs_refused(error_in(answer)), answer);
        });
  }

  void speak(uint64_t sentence, std::string text) {
    if (lost_) {
      sink_({sentence, *std::exchange(lost_, std::nullopt)});
      return;
    }
    waiting_.push_back({sentence, std::move(text)});
    if (!socket_ && !opening_)
      open();
    send_next();
  }

  // Its sound may still come; the book knows to whom it belongs.
  void cancel() {
    waiting_.clear();
    wanted_.clear();
    book_.abandon_all();
    if (book_.wants_new_socket()) {
      hang_up();
      open();
    }
    arm();
  }

  /// The session is gone.
  void leave() {
    over_ = true;
    timer_.cancel();
    hang_up();
  }

private:
  /// Hears one connection; a later one has another number.
  class listener : public web_socket_handler {
  public:
    listener(std::weak_ptr<speech_link> owner, uint64_t number)
        : owner_(std::move(owner)), number_(number) {}
    void on_text(std::string_view message) override {
      if (const auto link = owner_.lock(); link && link->connection_ == number_)
        link->read(message);
    }
    void on_binary(std::string_view) override {} // nothing of this protocol
    void on_closed(uint16_t code, std::string_view reason) override {
      if (const auto link = owner_.lock(); link && link->connection_ == number_)
        link->on_closed(code, reason);
    }

  private:
    const std::weak_ptr<speech_link> owner_;
    const uint64_t number_;
  };

  struct sentence_text {
    uint64_t id;
    std::string text;
  };
  /// A sentence whose sound is to come.
  struct sentence_due {
    uint64_t id;
    sound_pace pace;
    clock::time_point due;
  };

  void on_opened(uint64_t number, result<std::shared_ptr<web_socket>> opened) {
    if (over_ || number != connection_) {
      if (opened)
        (*opened)->close(1000, "");
      return;
    }
    opening_ = false;
    if (!opened) {
      if (wanted_.empty() && waiting_.empty())
        lost_ = opened.error();
      else
        fail(opened.error());
      return;
    }
    socket_ = std::move(*opened);
    book_.socket_opened(clock::now());
    send_next();
  }

  void send_next() {
    while (socket_ && !waiting_.empty() && wanted_.size() < at_once_max) {
      const auto now = clock::now();
      const auto context = book_.begin(waiting_.front().id, now);
      if (!context)
        break;
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      for (auto& message : render_sentence(*context, next.text, settings_.stream.how))
        socket_->send_text(std::move(message));
      wanted_.push_back({next.id, sound_pace{next.text}, now + settings_.first_audio});
    }
    arm();
  }

  void read(std::string_view message) {
    const auto events = read_stream_message(message);
    if (!events) {
      fail(events.error());
      return;
    }
    for (const auto& event : *events) {
      if (const auto* audio = std::get_if<context_audio>(&event))
        on_audio(*audio);
      else if (const auto* done = std::get_if<context_final>(&event))
        on_final(*done);
      if (over_)
        return;
    }
    arm();
  }

  void on_audio(const context_audio& audio) {
    const auto sentence = book_.audio(audio.context);
    if (!sentence || audio.mulaw.empty())
      return;
    const auto now = clock::now();
    for (auto& one : wanted_)
      if (one.id == *sentence) {
        one.pace.add(audio.mulaw.size(), now);
        one.due = one.pace.due(settings_.between_chunks);
        if (one.pace.too_long()) {
          fail({failure_kind::unavailable,
                "elevenlabs: the sound is longer than its sentence can be", true});
          return;
        }
      }
    sink_({*sentence, audio_chunk{std::make_shared<const std::vector<uint8_t>>(audio.mulaw), {}}});
  }

  void on_final(const context_final& done) {
    const auto sentence = book_.finished(done.context);
    if (!sentence) {
      send_next(); // there is room again
      return;
    }
    const auto found = std::find_if(wanted_.begin(), wanted_.end(),
                                    [&](const auto& one) { return one.id == *sentence; });
    if (found == wanted_.end())
      return;
    if (!found->pace.begun()) {
      fail({failure_kind::bad_input, "elevenlabs: no sound came for a sentence", true});
      return;
    }
    wanted_.erase(found);
    for (auto& one : wanted_) // the service may have worked on one after the other
      one.due = std::max(one.due, clock::now() + settings_.between_chunks);
    sink_({*sentence, tts_done{}});
    send_next();
  }

  void on_closed(uint16_t code, std::string_view reason) {
    socket_.reset();
    book_.socket_lost();
    if (over_ || (wanted_.empty() && waiting_.empty()))
      return; // in a silence: the next sentence opens another
    fail(elevenlabs_stream_closed(code, reason));
  }

  void hang_up() {
    ++connection_;
    opening_ = false;
    book_.socket_lost();
    if (const auto socket = std::exchange(socket_, nullptr)) {
      socket->send_text(render_stream_closed());
      socket->close(1000, "");
    }
  }

  // One timer: the first sentence's deadline, or the next keep-alive.
  void arm() {
    std::optional<clock::time_point> due;
    if (!wanted_.empty())
      due = wanted_.front().due; // sentences are heard in their order
    if (const auto alive = book_.keep_alive_due(); socket_ && alive)
      due = std::min(due.value_or(clock::time_point::max()), *alive);
    if (over_ || !due)
      return;
    timer_.expires_at(*due);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      if (const auto self = weak.lock(); self && !error)
        self->on_timer();
    });
  }

  void on_timer() {
    const auto now = clock::now();
    if (!wanted_.empty() && now >= wanted_.front().due) {
      fail({failure_kind::timeout,
            std::string{"elevenlabs: no "} + (wanted_.front().pace.begun() ? "more" : "first") +
                " audio in time",
            true});
      return;
    }
    if (const auto alive = book_.keep_alive_due(); socket_ && alive && now >= *alive)
      socket_->send_text(book_.keep_alive(now));
    arm();
  }

  // Of the sentence that is heard next: the others go with the session. In a silence nothing is
  // lost with a socket, be it that the service complains of it: the next sentence opens another.
  void fail(failure why) {
    const auto sentence = !wanted_.empty()    ? std::optional{wanted_.front().id}
                          : !waiting_.empty() ? std::optional{waiting_.front().id}
                                              : std::nullopt;
    waiting_.clear();
    wanted_.clear();
    timer_.cancel();
    hang_up();
    if (sentence)
      sink_({*sentence, std::move(why)});
  }

  client_loop& loop_;
  const elevenlabs_tts_settings settings_;
  const tts_sink sink_;
  boost::asio::steady_timer timer_;
  context_book book_;
  std::shared_ptr<web_socket> socket_;
  uint64_t connection_ = 0; ///< number of the present one
  bool opening_ = false;
  std::optional<failure> lost_; ///< it did not open: the next sentence is told, the one after tries
  std::deque<sentence_text> waiting_;
  std::deque<sentence_due> wanted_; ///< sent and not yet complete, in order
  bool over_ = false;               ///< the session is gone
};

class speech_session : public tts_session {
public:
  explicit speech_session(std::shared_ptr<speech_link> link) : link_(std::move(link)) {}
  speech_session(const speech_session&) = delete;
  speech_session& operator=(const speech_session&) = delete;
  ~speech_session() override { link_->leave(); }

  void speak(uint64_t sentence, std::string text) override {
    link_->speak(sentence, std::move(text));
  }
  void cancel() override { link_->cancel(); }

private:
  const std::shared_ptr<speech_link> link_;
};

} // namespace

elevenlabs_tts::elevenlabs_tts(client_loop& loop, elevenlabs_tts_settings settings)
    : loop_(loop), settings_(std::move(settings)) {}

std::unique_ptr<tts_session> elevenlabs_tts::open(const std::string& voice, tts_sink sink) {
  auto settings = settings_;
  if (!voice.empty())
    settings.stream.voice = voice;
  auto link = std::make_shared<speech_link>(loop_, std::move(settings), std::move(sink));
  link->open();
  return std::make_unique<speech_session>(std::move(link));
}

} // namespace trunkline
