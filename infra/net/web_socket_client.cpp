// The client's half of a WebSocket handshake: open, ask, read the answer's head, hand over.

#include "infra/net/http_client.hpp"
#include "infra/net/http_text.hpp"
#include "infra/net/stream_opening.hpp"
#include "infra/net/web_socket_session.hpp"
#include "protocol/text/base64.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <openssl/rand.h>

#include <array>
#include <utility>

namespace trunkline {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using response_parser = http::response_parser<http::string_body>;

constexpr uint32_t head_bytes_max = 32 * 1024;
constexpr size_t refusal_bytes_max = 4096;

class socket_opening : public std::enable_shared_from_this<socket_opening> {
public:
  using on_done = std::function<void(result<std::shared_ptr<web_socket>>)>;

  socket_opening(asio::io_context& io, client_request request,
                 std::shared_ptr<web_socket_handler> handler, on_done done, read_refusal refusal)
      : io_(io), request_(std::move(request)), handler_(std::move(handler)), done_(std::move(done)),
        refusal_(std::move(refusal)), timer_(io) {
    std::array<unsigned char, 16> nonce{};
    RAND_bytes(nonce.data(), nonce.size());
    key_ = base64_encode(std::span<const uint8_t>{nonce});
  }

  void start() {
    auto url = parse_url(request_.url);
    auto head = url ? render_request_head(request_, *url,
                                          "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                                              key_ + "\r\n")
                    : result<std::string>{url.error()};
    if (!head) {
      asio::post(io_, [self = shared_from_this(), why = head.error()] { self->finish(why); });
      return;
    }
    out_ = std::move(*head);
    name_ = where(*url);
    stream_opening::start(io_, std::move(*url), request_.timeouts.connect,
                          [self = shared_from_this()](auto opened) {
                            if (opened)
                              self->send(std::move(*opened));
                            else
                              self->finish(opened.error());
                          });
  }

private:
  void send(std::unique_ptr<net_stream> stream) {
    stream_ = std::move(stream);
    timer_.expires_after(request_.timeouts.first_byte);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error)
        self->fail(failure_kind::timeout, self->name_ + " took too long (WebSocket handshake)");
    });
    asio::async_write(*stream_, asio::buffer(out_),
                      [self = shared_from_this()](const error_code&, size_t) {
                        if (self->done_) // an error shows when reading as well
                          self->read_head();
                      });
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(head_bytes_max);
    parser_->body_limit(refusal_bytes_max);
    http::async_read_header(*stream_, buffer_, *parser_,
                            [self = shared_from_this()](const error_code& error, size_t) {
                              if (!self->done_)
                                return;
                              if (error)
                                self->lost(error);
                              else
                                self->on_head();
                            });
  }

  void lost(const error_code& error) {
    const bool no_http =
        error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::partial_message && error != http::error::end_of_stream;
    fail(no_http ? failure_kind::bad_input : failure_kind::unreachable,
         no_http ? "not an HTTP answer (" + error.message() + ")"
                 : name_ + " closed the connection in the WebSocket handshake");
  }

  void on_head() {
    const auto status = parser_->get().result_int();
    if (status == 101)
      open();
    else if (status < 200)
      read_head();
    else // whatever of the body comes says why; an error is as good as its end
      http::async_read(*stream_, buffer_, *parser_,
                       [self = shared_from_this()](const error_code&, size_t) {
                         if (self->done_)
                           self->refused();
                       });
  }

  http_response answer() const {
    http_response response;
    const auto& message = parser_->get();
    response.status = message.result_int();
    for (const auto& field : message)
      response.headers.emplace_back(field.name_string(), field.value());
    response.content_type = response.header("Content-Type");
    response.body = message.body();
    return response;
  }

  void refused() {
    auto why = refusal_(answer());
    cut();
    finish(std::move(why));
  }

  void open() {
    const auto response = answer();
    if (response.header("Sec-WebSocket-Accept") != web_socket_frame::accept_key(key_) ||
        !has_token(response.header("Upgrade"), "websocket") ||
        !response.header("Sec-WebSocket-Extensions").empty()) {
      fail(failure_kind::bad_input, "not a WebSocket handshake's answer");
      return;
    }
    auto session = std::make_shared<web_socket_session>(
        std::move(stream_),
        web_socket_settings{.client = true,
                            .message_bytes_max = request_.body_bytes_max,
                            .send_queue_bytes_max = request_.send_queue_bytes_max},
        nullptr);
    finish(session->make_handle());
    const auto rest = buffer_.data();
    session->start(std::move(handler_), {static_cast<const char*>(rest.data()), rest.size()});
  }

  void fail(failure_kind kind, std::string why) {
    if (!done_)
      return;
    cut();
    const bool retryable = kind == failure_kind::timeout || kind == failure_kind::unreachable;
    finish(failure{kind, std::move(why), retryable});
  }

  void cut() {
    if (stream_)
      stream_->cut();
  }

  void finish(result<std::shared_ptr<web_socket>> outcome) {
    timer_.cancel();
    if (const auto done = std::exchange(done_, nullptr))
      done(std::move(outcome));
  }

  asio::io_context& io_;
  const client_request request_;
  std::shared_ptr<web_socket_handler> handler_;
  on_done done_; ///< empty: finished
  const read_refusal refusal_;
  net_timer timer_;
  std::string key_, out_, name_;
  std::unique_ptr<net_stream> stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<response_parser> parser_;
};

} // namespace

failure plain_refusal(const http_response& answer) {
  const bool credentials = answer.status == 401 || answer.status == 403;
  return {credentials ? failure_kind::unauthorized : failure_kind::unreachable,
          "WebSocket handshake refused with status " + std::to_string(answer.status), !credentials};
}

void web_socket_connect(asio::io_context& io, client_request request,
                        std::shared_ptr<web_socket_handler> handler,
                        std::function<void(result<std::shared_ptr<web_socket>>)> done,
                        read_refusal refusal) {
  request.method = "GET";
  request.body.clear();
  std::make_shared<socket_opening>(io, std::move(request), std::move(handler), std::move(done),
                                   std::move(refusal))
      ->start();
}

} // namespace trunkline
