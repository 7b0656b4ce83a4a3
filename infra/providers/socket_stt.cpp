#include "infra/providers/socket_stt.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <utility>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr size_t bytes_per_ms = 8;
constexpr size_t message_bytes_max = 1024 * 1024;
// Eight seconds of audio and their frames: a service that does not read is as good as dead.
constexpr size_t send_queue_bytes_max = 80 * 1024;

/// The connection and what is known of the utterances on it. Pending operations keep it alive; when
/// its session is gone it only closes.
class recogniser_link : public web_socket_handler,
                        public std::enable_shared_from_this<recogniser_link> {
public:
  recogniser_link(client_loop& loop, const socket_stt_settings& settings,
                  std::unique_ptr<recogniser_codec> codec, stt_sink sink)
      : codec_(std::move(codec)), assembler_(assembly_of(settings, *codec_)),
        sink_(std::move(sink)), timer_(loop.io) {}

  void open(client_loop& loop, const service_endpoint& endpoint) {
    auto request = addressed(endpoint, codec_->handshake(), true);
    request.body_bytes_max = message_bytes_max;
    request.send_queue_bytes_max = send_queue_bytes_max;
    const auto self = shared_from_this();
    web_socket_connect(
        loop.io, std::move(request), self,
        [self](result<std::shared_ptr<web_socket>> opened) { self->on_opened(std::move(opened)); },
        [self](const http_response& answer) {
          return dated(self->codec_->refused(error_in(answer)), answer);
        });
  }

  void speech_started() { take(assembler_.speech_started(clock::now(), sent())); }
  void speech_ended() { take(assembler_.speech_ended(clock::now(), sent())); }

  void audio(const audio_chunk& chunk) {
    if (!chunk.bytes || over_)
      return;
    if (socket_) {
      send(codec_->audio(*chunk.bytes));
      sent_at_ = clock::now();
      return;
    }
    early_.insert(early_.end(), chunk.bytes->begin(), chunk.bytes->end());
    const auto limit = static_cast<size_t>(socket_stt::early_audio_max.count()) * bytes_per_ms;
    if (early_.size() > limit)
      fail({failure_kind::timeout, "the recogniser's socket is still not open", true});
  }

  /// The session is gone.
  void leave() {
    sink_ = nullptr;
    over_ = true;
    timer_.cancel();
    if (const auto socket = std::exchange(socket_, nullptr)) {
      for (auto& message : codec_->closing())
        send_to(*socket, message);
      socket->close(1000, "");
    }
  }

  void on_text(std::string_view message) override { read(message, false); }
  void on_binary(std::string_view message) override { read(message, true); }
  void on_closed(uint16_t code, std::string_view reason) override {
    socket_.reset();
    if (!over_)
      fail(codec_->closed(code, reason));
  }

private:
  static assembler_settings assembly_of(const socket_stt_settings& settings,
                                        const recogniser_codec& codec) {
    auto assembly = settings.assembly;
    assembly.final_within = std::min(assembly.final_within, codec.final_within);
    assembly.flushes = codec.can_flush;
    return assembly;
  }

  // Media time on this connection: what was sent, and what waits to be.
  milliseconds sent() const {
    return codec_->audio_sent() + milliseconds{early_.size() / bytes_per_ms};
  }

  void on_opened(result<std::shared_ptr<web_socket>> opened) {
    if (over_) { // the call was quicker
      if (opened)
        (*opened)->close(1000, "");
      return;
    }
    if (!opened) {
      fail(opened.error());
      return;
    }
    socket_ = std::move(*opened);
    send(codec_->opening());
    if (!early_.empty())
      send(codec_->audio(std::exchange(early_, {})));
    if (std::exchange(flush_waits_, false))
      send(codec_->flush());
    sent_at_ = clock::now();
    arm();
  }

  void read(std::string_view message, bool binary) {
    if (over_)
      return;
    const auto heard = codec_->read(message, binary);
    if (!heard) {
      fail(heard.error());
      return;
    }
    for (const auto& one : *heard)
      take(assembler_.on(one, clock::now()));
  }

  void take(std::vector<assembled> all) {
    for (auto& one : all) {
      if (over_)
        return;
      if (std::holds_alternative<flush_wanted>(one)) {
        if (socket_)
          send(codec_->flush());
        else
          flush_waits_ = true;
      } else if (auto* why = std::get_if<failure>(&one)) {
        fail(std::move(*why));
      } else {
        sink_(std::move(std::get<transcript>(one)));
      }
    }
    arm();
  }

  void send(std::vector<socket_message> messages) {
    for (auto& message : messages)
      if (socket_)
        send_to(*socket_, message);
  }
  static void send_to(web_socket& socket, socket_message& message) {
    if (message.binary)
      socket.send_binary(message.bytes);
    else
      socket.send_text(std::move(message.bytes));
  }

  // One timer: the assembler's deadline, or the next keep-alive.
  void arm() {
    if (over_)
      return;
    auto due = assembler_.next_deadline();
    if (socket_)
      due = std::min(due.value_or(clock::time_point::max()), sent_at_ + codec_->keep_alive_every);
    if (!due || (armed_for_ && *armed_for_ <= *due))
      return;
    armed_for_ = due;
    timer_.expires_at(*due);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      if (self && !error)
        self->on_timer();
    });
  }

  void on_timer() {
    armed_for_.reset();
    const auto now = clock::now();
    if (socket_ && now >= sent_at_ + codec_->keep_alive_every) {
      send(codec_->keep_alive());
      sent_at_ = now;
    }
    take(assembler_.tick(now));
  }

  void fail(failure why) {
    if (std::exchange(over_, true))
      return;
    timer_.cancel();
    if (const auto socket = std::exchange(socket_, nullptr))
      socket->close(1000, "");
    if (sink_)
      sink_(std::move(why));
  }

  const std::unique_ptr<recogniser_codec> codec_;
  utterance_assembler assembler_;
  stt_sink sink_;
  boost::asio::steady_timer timer_;
  std::optional<clock::time_point> armed_for_;
  std::shared_ptr<web_socket> socket_;
  std::vector<uint8_t> early_; ///< audio before the socket was open
  bool flush_waits_ = false;
  clock::time_point sent_at_{};
  bool over_ = false; ///< failed, or the session is gone
};

class socket_session : public stt_session {
public:
  explicit socket_session(std::shared_ptr<recogniser_link> link) : link_(std::move(link)) {}
  socket_session(const socket_session&) = delete;
  socket_session& operator=(const socket_session&) = delete;
  ~socket_session() override { link_->leave(); }

  void speech_started() override { link_->speech_started(); }
  void audio(audio_chunk chunk) override { link_->audio(chunk); }
  void speech_ended() override { link_->speech_ended(); }

private:
  const std::shared_ptr<recogniser_link> link_;
};

} // namespace

socket_stt::socket_stt(client_loop& loop, socket_stt_settings settings, codec_maker make_codec)
    : loop_(loop), settings_(std::move(settings)), make_codec_(std::move(make_codec)) {}

std::unique_ptr<stt_session> socket_stt::open(stt_sink sink) {
  auto link = std::make_shared<recogniser_link>(loop_, settings_, make_codec_(), std::move(sink));
  link->open(loop_, settings_.endpoint);
  return std::make_unique<socket_session>(std::move(link));
}

} // namespace trunkline
