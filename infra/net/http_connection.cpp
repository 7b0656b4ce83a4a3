#include "infra/net/http_connection.hpp"
#include "infra/log/log.hpp"

#include "infra/net/guarded.hpp"
#include "infra/net/http_refusals.hpp"
#include "infra/net/http_text.hpp"
#include "infra/net/upgrade.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>

// One connection, one request at a time:
//
//   (TLS) -> head -> [100-continue] -> body -> application -> answer -> idle -> head ...
//                 \-> handshake: the socket leaves for web_socket_session
//   any limit or error -> one line of answer -> linger: read and discard until the peer ends, 1 s
//
// One timer, set anew for each phase; what it does when it fires depends on the phase.

namespace trunkline {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto linger_time = 1000ms;
constexpr size_t linger_bytes_max = 256 * 1024;

class http_connection : public connection, public std::enable_shared_from_this<http_connection> {
public:
  http_connection(std::shared_ptr<server_core> core, size_t shard, tcp_socket socket,
                  std::string peer_address, std::shared_ptr<connection_ticket> ticket)
      : core_(std::move(core)), shard_(shard),
        stream_(std::make_unique<net_stream>(std::move(socket))), timer_(stream_->get_executor()),
        peer_address_(std::move(peer_address)), ticket_(std::move(ticket)) {}

  void start();
  void stop_when_idle() override {
    if (phase_ == phase::idle)
      end();
  }
  void cut() override { end(); }
  void abandon() override;

private:
  enum class phase { handshake, head, body, answer, write, idle, linger, over };

  void enter(phase next, std::chrono::milliseconds limit);
  void on_timer();
  void wait_for_request();
  void read_head();
  void on_head(const error_code& error);
  void refuse_bad_head(const error_code& error);
  std::optional<http_response> objection();
  void read_body();
  void read_rest();
  void upgrade();
  void dispatch();
  http_respond make_respond();
  void answer(uint64_t number, http_response response);
  void write(http_response response, bool keep_alive);
  void send(bool keep_alive);
  void fetch_part(bool keep_alive);
  void send_part(std::optional<std::string> part, bool keep_alive);
  void on_written(const error_code& error, bool keep_alive);
  void refuse(unsigned status, std::string_view text) { write(refusal(status, text), false); }
  void linger();
  void discard();
  void end();

  const std::shared_ptr<server_core> core_;
  const size_t shard_;
  std::unique_ptr<net_stream> stream_;
  net_timer timer_;
  const std::string peer_address_;
  std::shared_ptr<connection_ticket> ticket_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http_request request_;
  std::string method_, out_;
  http_body_rest rest_; // of the answer, not yet sent
  phase phase_ = phase::idle;
  uint64_t timer_set_ = 0; // counts settings: an old expiry does nothing
  uint64_t request_count_ = 0;
  size_t lingered_bytes_ = 0;
  bool timed_out_ = false, keep_alive_ = false;
};

void http_connection::start() {
  core_->add(shard_, shared_from_this());
  auto* tls = core_->tls();
  if (!tls) {
    read_head();
    return;
  }
  enter(phase::handshake, core_->limits().handshake_timeout);
  stream_->start_tls(*tls).async_handshake(boost::asio::ssl::stream_base::server,
                                           [self = shared_from_this()](const error_code& error) {
                                             if (error || self->phase_ != phase::handshake)
                                               self->end();
                                             else
                                               self->read_head();
                                           });
}

void http_connection::enter(phase next, std::chrono::milliseconds limit) {
  phase_ = next;
  timer_.expires_after(limit);
  timer_.async_wait([self = shared_from_this(), set = ++timer_set_](const error_code& error) {
    if (!error && set == self->timer_set_)
      self->on_timer();
  });
}

void http_connection::on_timer() {
  switch (phase_) {
  case phase::head:
  case phase::body: { // the read ends with operation_aborted and answers 408
    timed_out_ = true;
    error_code ignored;
    stream_->socket().cancel(ignored);
    break;
  }
  case phase::answer:
    log_event(log_level::warn, "http.answer_timeout", {{"method", method_}});
    refuse(503, "no answer in time");
    break;
  default:
    end();
  }
}

void http_connection::wait_for_request() {
  if (!core_->accepting()) {
    linger();
    return;
  }
  enter(phase::idle, core_->limits().keep_alive);
  stream_->async_read_some(buffer_.prepare(1024),
                           [self = shared_from_this()](const error_code& error, size_t bytes) {
                             if (error || self->phase_ != phase::idle) {
                               self->end();
                               return;
                             }
                             self->buffer_.commit(bytes);
                             self->read_head();
                           });
}

void http_connection::read_head() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(core_->limits().head_bytes_max));
  parser_->body_limit(core_->limits().body_bytes_max);
  timed_out_ = false;
  enter(phase::head, core_->limits().head_timeout);
  http::async_read_header(
      *stream_, buffer_, *parser_,
      [self = shared_from_this()](const error_code& error, size_t) { self->on_head(error); });
}

void http_connection::on_head(const error_code& error) {
  if (phase_ != phase::head)
    return;
  if (error) {
    refuse_bad_head(error);
    return;
  }
  const auto& head = parser_->get();
  request_ = {};
  request_.method = method_ = std::string{head.method_string()};
  request_.target = std::string{head.target()};
  request_.shard = shard_;
  for (const auto& field : head)
    request_.headers.emplace_back(field.name_string(), field.value());
  keep_alive_ = head.keep_alive();
  request_.remote_address =
      core_->client_address(peer_address_, request_.header("X-Forwarded-For"));
  if (auto answer = objection()) {
    write(std::move(*answer), false);
    return;
  }
  if (wants_web_socket(request_))
    upgrade();
  else
    read_body();
}

void http_connection::refuse_bad_head(const error_code& error) {
  if (auto answer = refusal_of(error, timed_out_, parser_->get().target().empty()))
    write(std::move(*answer), false);
  else
    end();
}

std::optional<http_response> http_connection::objection() {
  if (core_->trusts(peer_address_) && !ticket_->move_to(request_.remote_address))
    return refusal(429, "too many connections from this address");
  return refusal_of(request_, parser_->get().version() == 11);
}

void http_connection::read_body() {
  timed_out_ = false;
  enter(phase::body, core_->limits().body_timeout);
  if (parser_->is_done() || !same_text(request_.header("Expect"), "100-continue")) {
    read_rest();
    return;
  }
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::asio::async_write(*stream_, boost::asio::buffer(out_),
                           [self = shared_from_this()](const error_code& error, size_t) {
                             if (error)
                               self->end();
                             else if (self->phase_ == phase::body)
                               self->read_rest();
                           });
}

void http_connection::read_rest() {
  http::async_read(*stream_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& error, size_t) {
                     if (self->phase_ != phase::body)
                       return;
                     if (error) {
                       self->refuse_bad_head(error);
                       return;
                     }
                     self->request_.body = std::move(self->parser_->get().body());
                     self->dispatch();
                   });
}

void http_connection::upgrade() {
  if (buffer_.size() > 0 || !parser_->is_done()) {
    refuse(400, "nothing may follow the head of a WebSocket handshake");
    return;
  }
  if (auto bad = bad_handshake(request_)) {
    write(std::move(*bad), false);
    return;
  }
  upgrade_decision decision;
  if (!guarded("http.application_failed",
               [&] { decision = core_->application().on_upgrade(request_); })) {
    refuse(500, "internal error");
    return;
  }
  if (auto* refused = std::get_if<upgrade_refused>(&decision)) {
    write(std::move(refused->answer), keep_alive_);
    return;
  }
  phase_ = phase::over;
  timer_.cancel();
  ticket_->accepted();
  open_web_socket(core_, std::get<upgrade_accepted>(decision).shard, std::move(stream_),
                  std::move(request_), std::move(ticket_));
}

void http_connection::dispatch() {
  ++request_count_;
  enter(phase::answer, core_->limits().answer_timeout);
  request_.sender_known = [ticket = std::weak_ptr{ticket_}] {
    if (const auto one = ticket.lock())
      one->accepted();
  };
  if (!guarded("http.application_failed",
               [&] { core_->application().on_request(std::move(request_), make_respond()); }))
    answer(request_count_, refusal(500, "internal error"));
}

http_respond http_connection::make_respond() {
  return [self = weak_from_this(), number = request_count_](http_response response) {
    const auto connection = self.lock();
    if (!connection)
      return;
    auto& io = connection->core_->io(connection->shard_);
    boost::asio::dispatch(io, [connection, number, response = std::move(response)]() mutable {
      connection->answer(number, std::move(response));
    });
  };
}

// A second answer, or one after the 503, finds another phase or number and is dropped.
void http_connection::answer(uint64_t number, http_response response) {
  if (phase_ != phase::answer || number != request_count_)
    return;
  if (response.status < 400)
    ticket_->accepted();
  write(std::move(response), keep_alive_ && core_->accepting());
}

void http_connection::write(http_response response, bool keep_alive) {
  out_ = render_response(response, method_, keep_alive);
  rest_ = method_ == "HEAD" ? http_body_rest{} : std::move(response.rest);
  send(keep_alive);
}

// Every part has its own time: how long a long answer takes is the reader's affair.
void http_connection::send(bool keep_alive) {
  enter(phase::write, core_->limits().body_timeout);
  boost::asio::async_write(
      *stream_, boost::asio::buffer(out_),
      [self = shared_from_this(), keep_alive](const error_code& error, size_t) {
        self->on_written(error, keep_alive);
      });
}

void http_connection::on_written(const error_code& error, bool keep_alive) {
  if (phase_ != phase::write)
    return;
  std::string{}.swap(out_);
  if (error)
    end();
  else if (rest_.bytes > 0)
    fetch_part(keep_alive);
  else if (!keep_alive)
    linger();
  else if (buffer_.size() > 0)
    read_head();
  else
    wait_for_request();
}

void http_connection::fetch_part(bool keep_alive) {
  enter(phase::write, core_->limits().answer_timeout);
  rest_.next([weak = weak_from_this(), keep_alive](std::optional<std::string> part) {
    if (const auto self = weak.lock())
      boost::asio::dispatch(self->core_->io(self->shard_),
                            [self, keep_alive, part = std::move(part)]() mutable {
                              self->send_part(std::move(part), keep_alive);
                            });
  });
}

void http_connection::send_part(std::optional<std::string> part, bool keep_alive) {
  if (phase_ != phase::write)
    return;
  if (!part || part->empty() || part->size() > rest_.bytes) { // its length has been told
    end();
    return;
  }
  rest_.bytes -= part->size();
  out_ = std::move(*part);
  send(keep_alive);
}

// Closing with unread bytes would reset the connection and destroy the answer on its way.
void http_connection::linger() {
  enter(phase::linger, linger_time);
  stream_->shut_down_sending();
  buffer_.clear();
  discard();
}

void http_connection::discard() {
  stream_->socket().async_read_some(
      buffer_.prepare(4096), [self = shared_from_this()](const error_code& error, size_t bytes) {
        self->lingered_bytes_ += bytes;
        if (error || self->lingered_bytes_ > linger_bytes_max || self->phase_ != phase::linger)
          self->end();
        else
          self->discard();
      });
}

void http_connection::end() {
  if (phase_ == phase::over)
    return;
  phase_ = phase::over;
  rest_ = {};
  timer_.cancel();
  stream_->cut();
  ticket_.reset();
}

void http_connection::abandon() {
  phase_ = phase::over;
  ticket_.reset();
  if (stream_)
    stream_->cut();
}

} // namespace

void serve_http(std::shared_ptr<server_core> core, size_t shard, tcp_socket socket,
                std::string peer_address, std::shared_ptr<connection_ticket> ticket) {
  std::make_shared<http_connection>(std::move(core), shard, std::move(socket),
                                    std::move(peer_address), std::move(ticket))
      ->start();
}

} // namespace trunkline
