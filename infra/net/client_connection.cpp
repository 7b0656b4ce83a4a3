#include "infra/net/client_connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

#include <openssl/err.h>

namespace trunkline {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

bool is_address(const std::string& host) {
  error_code bad;
  asio::ip::make_address(host, bad);
  return !bad;
}

bool safe_header(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

} // namespace

client_connection::client_connection(asio::io_context& io, client_request request)
    : io_(io), request_(std::move(request)), resolver_(io), timer_(io) {}

void client_connection::start() {
  started_ = std::chrono::steady_clock::now();
  asio::post(io_, [self = shared_from_this()] { self->resolve(); });
}

std::string client_connection::where() const {
  return url_.host + ":" + std::to_string(url_.port);
}

void client_connection::resolve() {
  const auto parsed = parse_url(request_.url);
  if (!parsed) {
    fail(failure_kind::bad_input, parsed.error().context);
    return;
  }
  url_ = *parsed;
  for (const auto& [name, value] : request_.headers)
    if (!safe_header(name) || !safe_header(value)) {
      fail(failure_kind::bad_input, "a request header has a line end in it");
      return;
    }
  deadline(request_.timeouts.connect, "connect");
  error_code not_literal;
  const auto address = asio::ip::make_address(url_.host, not_literal);
  if (!not_literal) { // no resolver thread for what is already an address
    endpoints_.emplace_back(address, url_.port);
    connect(0);
    return;
  }
  resolver_.async_resolve(
      url_.host, std::to_string(url_.port),
      [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& all) {
        if (self->finished_)
          return;
        if (error) {
          self->fail(failure_kind::unreachable,
                     "cannot resolve " + self->url_.host + ": " + error.message());
          return;
        }
        for (const auto& entry : all)
          self->endpoints_.push_back(entry.endpoint());
        self->connect(0);
      });
}

void client_connection::connect(size_t index) {
  stream_ = std::make_unique<net_stream>(tcp_socket{io_});
  stream_->socket().async_connect(
      endpoints_[index], [self = shared_from_this(), index](const error_code& error) {
        if (self->finished_)
          return;
        if (!error)
          self->hand_shake();
        else if (index + 1 < self->endpoints_.size())
          self->connect(index + 1);
        else
          self->fail(failure_kind::unreachable,
                     "cannot connect to " + self->where() + ": " + error.message());
      });
}

void client_connection::hand_shake() {
  error_code ignored;
  stream_->socket().set_option(tcp::no_delay(true), ignored);
  if (!url_.secure()) {
    send();
    return;
  }
  tls_ = client_tls();
  auto& tls = stream_->start_tls(*tls_);
  tls.set_verify_mode(asio::ssl::verify_peer, ignored);
  tls.set_verify_callback(asio::ssl::host_name_verification(url_.host), ignored);
  if (!is_address(url_.host))
    SSL_set_tlsext_host_name(tls.native_handle(), url_.host.c_str());
  tls.async_handshake(asio::ssl::stream_base::client,
                      [self = shared_from_this()](const error_code& error) {
                        if (self->finished_)
                          return;
                        if (error)
                          self->fail(failure_kind::unreachable,
                                     "TLS with " + self->where() + " failed: " + error.message());
                        else
                          self->send();
                      });
}

void client_connection::send() {
  const bool default_port = url_.port == (url_.secure() ? 443 : 80);
  const auto host = url_.host.find(':') == std::string::npos ? url_.host : "[" + url_.host + "]";
  out_ = request_.method + " " + url_.target + " HTTP/1.1\r\nHost: " + host +
         (default_port ? "" : ":" + std::to_string(url_.port)) + "\r\n" + extra_headers();
  for (const auto& [name, value] : request_.headers)
    out_ += name + ": " + value + "\r\n";
  out_ += "\r\n" + request_.body;
  deadline(request_.timeouts.first_byte, "send");
  asio::async_write(
      *stream_, asio::buffer(out_), [self = shared_from_this()](const error_code& error, size_t) {
        if (self->finished_)
          return;
        // A server may answer and close before it has read all: what it said is still to be read.
        if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset) {
          self->fail(failure_kind::unreachable,
                     "lost " + self->where() + " while sending: " + error.message());
          return;
        }
        self->deadline(self->request_.timeouts.first_byte, "first byte");
        self->stream_->async_read_some(
            asio::buffer(self->received_), [self](const error_code& lost, size_t bytes) {
              if (self->finished_)
                return;
              if (lost) {
                self->fail(failure_kind::unreachable,
                           self->where() + " closed without an answer: " + lost.message());
                return;
              }
              self->received_bytes_ = bytes;
              self->deadline(self->request_.timeouts.total, "answer");
              self->on_first_bytes();
            });
      });
}

// The nearer of this phase's deadline and the whole request's.
void client_connection::deadline(std::chrono::milliseconds from_now, const char* phase) {
  phase_ = phase;
  timer_.expires_at(
      std::min(std::chrono::steady_clock::now() + from_now, started_ + request_.timeouts.total));
  timer_.async_wait([self = shared_from_this(), set = ++timer_set_](const error_code& error) {
    if (!error && set == self->timer_set_)
      self->on_deadline();
  });
}

void client_connection::on_deadline() {
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started_);
  fail(failure_kind::timeout, where() + " took too long (" + phase_ + ", after " +
                                  std::to_string(waited.count()) + " ms)");
}

void client_connection::fail(failure_kind kind, std::string why) {
  if (finished_)
    return;
  const auto self = shared_from_this();
  finish();
  if (stream_)
    stream_->cut();
  const bool retryable = kind == failure_kind::timeout || kind == failure_kind::unreachable;
  on_failure({kind, std::move(why), retryable});
}

void client_connection::finish() {
  finished_ = true;
  ++timer_set_;
  timer_.cancel();
  resolver_.cancel();
}

} // namespace trunkline
