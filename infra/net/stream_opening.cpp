#include "infra/net/stream_opening.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include <utility>

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

} // namespace

std::string where(const url_parts& url) {
  return url.host + ":" + std::to_string(url.port);
}

std::shared_ptr<stream_opening> stream_opening::start(asio::io_context& io, url_parts url,
                                                      std::chrono::milliseconds limit,
                                                      on_done done) {
  std::shared_ptr<stream_opening> opening{new stream_opening(io, std::move(url), std::move(done))};
  opening->timer_.expires_after(limit);
  opening->timer_.async_wait([opening, limit](const error_code& error) {
    if (!error)
      opening->fail(failure_kind::timeout, where(opening->url_) +
                                               " took too long (connect, after " +
                                               std::to_string(limit.count()) + " ms)");
  });
  asio::post(io, [opening] { opening->resolve(); });
  return opening;
}

stream_opening::stream_opening(asio::io_context& io, url_parts url, on_done done)
    : io_(io), url_(std::move(url)), done_(std::move(done)), resolver_(io), timer_(io) {}

void stream_opening::cancel() {
  done_ = nullptr;
  timer_.cancel();
  resolver_.cancel();
  if (stream_)
    stream_->cut();
}

void stream_opening::resolve() {
  if (!done_)
    return;
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
        if (!self->done_)
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

void stream_opening::connect(size_t index) {
  stream_ = std::make_unique<net_stream>(tcp_socket{io_});
  stream_->socket().async_connect(
      endpoints_[index], [self = shared_from_this(), index](const error_code& error) {
        if (!self->done_)
          return;
        if (!error)
          self->hand_shake();
        else if (index + 1 < self->endpoints_.size())
          self->connect(index + 1);
        else
          self->fail(failure_kind::unreachable,
                     "cannot connect to " + where(self->url_) + ": " + error.message());
      });
}

void stream_opening::hand_shake() {
  error_code ignored;
  stream_->socket().set_option(tcp::no_delay(true), ignored);
  if (!url_.secure()) {
    finish(std::move(stream_));
    return;
  }
  const auto context = client_tls();
  auto& tls = stream_->start_tls(*context);
  tls.set_verify_mode(asio::ssl::verify_peer, ignored);
  tls.set_verify_callback(asio::ssl::host_name_verification(url_.host), ignored);
  if (!is_address(url_.host))
    SSL_set_tlsext_host_name(tls.native_handle(), url_.host.c_str());
  tls.async_handshake(asio::ssl::stream_base::client,
                      [self = shared_from_this()](const error_code& error) {
                        if (!self->done_)
                          return;
                        if (error)
                          self->fail(failure_kind::unreachable, "TLS with " + where(self->url_) +
                                                                    " failed: " + error.message());
                        else
                          self->finish(std::move(self->stream_));
                      });
}

void stream_opening::fail(failure_kind kind, std::string why) {
  if (!done_)
    return;
  resolver_.cancel();
  if (stream_)
    stream_->cut();
  finish(failure{kind, std::move(why), true});
}

void stream_opening::finish(result<std::unique_ptr<net_stream>> outcome) {
  timer_.cancel();
  const auto done = std::exchange(done_, nullptr);
  done(std::move(outcome));
}

} // namespace trunkline
