#include "infra/net/http_client.hpp"

#include "infra/net/client_connection.hpp"
#include "infra/net/http_text.hpp"
#include "infra/net/web_socket_session.hpp"
#include "protocol/text/base64.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <openssl/rand.h>

#include <cstring>
#include <optional>

namespace trunkline {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using response_parser = http::response_parser<http::string_body>;

constexpr uint32_t head_bytes_max = 32 * 1024;

std::string problem_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::body_limit)
    return "answer over the size limit";
  return "not an HTTP answer (" + error.message() + ")";
}

// The peer going away is one thing, what it said being no HTTP another.
failure_kind kind_of(const error_code& error) {
  const bool lost = error == http::error::partial_message || error == http::error::end_of_stream ||
                    error.category() != http::make_error_code(http::error::bad_method).category();
  return lost ? failure_kind::unreachable : failure_kind::bad_input;
}

// Both kinds of request read their answer's head the same way.
class answer_reader : public client_connection {
public:
  using client_connection::client_connection;

protected:
  void on_first_bytes() override {
    const auto room = buffer_.prepare(received_bytes_);
    std::memcpy(room.data(), received_.data(), received_bytes_);
    buffer_.commit(received_bytes_);
    read_head();
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(head_bytes_max);
    parser_->body_limit(request().body_bytes_max);
    parser_->skip(request().method == "HEAD");
    http::async_read_header(*stream_, buffer_, *parser_,
                            [this, self = shared_from_this()](const error_code& error, size_t) {
                              if (finished())
                                return;
                              const auto status = parser_->get().result_int();
                              if (error)
                                lost(error);
                              else if (status < 200 && status != 101)
                                read_head(); // 100 and 103 announce the real one
                              else
                                on_head();
                            });
  }

  void lost(const error_code& error) {
    const auto kind = kind_of(error);
    fail(kind,
         kind == failure_kind::bad_input ? problem_of(error) : "connection lost inside the answer");
  }

  http_response head() const {
    http_response response;
    const auto& message = parser_->get();
    response.status = message.result_int();
    for (const auto& field : message)
      response.headers.emplace_back(field.name_string(), field.value());
    response.content_type = response.header("Content-Type");
    return response;
  }

  virtual void on_head() = 0;

  boost::beast::flat_buffer buffer_;
  std::optional<response_parser> parser_;
};

class fetch : public answer_reader {
public:
  fetch(boost::asio::io_context& io, client_request request,
        std::function<void(result<http_response>)> done)
      : answer_reader(io, std::move(request)), done_(std::move(done)) {}

private:
  std::string extra_headers() override {
    std::string out = "Connection: close\r\n";
    if (!request().body.empty() || request().method == "POST" || request().method == "PUT")
      out += "Content-Length: " + std::to_string(request().body.size()) + "\r\n";
    return out;
  }

  void on_head() override {
    http::async_read(*stream_, buffer_, *parser_,
                     [this, self = shared_from_this()](const error_code& error, size_t) {
                       if (finished())
                         return;
                       if (error) {
                         lost(error);
                         return;
                       }
                       auto response = head();
                       response.body = std::move(parser_->get().body());
                       finish();
                       stream_->cut();
                       done_(std::move(response));
                     });
  }

  void on_failure(failure what) override { done_(std::move(what)); }

  const std::function<void(result<http_response>)> done_;
};

class socket_opening : public answer_reader {
public:
  socket_opening(boost::asio::io_context& io, client_request request,
                 std::shared_ptr<web_socket_handler> handler,
                 std::function<void(result<std::shared_ptr<web_socket>>)> done)
      : answer_reader(io, std::move(request)), handler_(std::move(handler)),
        done_(std::move(done)) {
    std::array<unsigned char, 16> nonce{};
    RAND_bytes(nonce.data(), nonce.size());
    key_ = base64_encode(std::span<const uint8_t>{nonce});
  }

private:
  std::string extra_headers() override {
    return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: " +
           key_ + "\r\n";
  }

  void on_head() override {
    const auto response = head();
    if (response.status == 401 || response.status == 403) {
      fail(failure_kind::unauthorized,
           "WebSocket handshake refused with status " + std::to_string(response.status));
      return;
    }
    if (response.status != 101) {
      fail(failure_kind::unreachable,
           "WebSocket handshake refused with status " + std::to_string(response.status));
      return;
    }
    if (response.header("Sec-WebSocket-Accept") != web_socket_frame::accept_key(key_) ||
        !has_token(response.header("Upgrade"), "websocket") ||
        !response.header("Sec-WebSocket-Extensions").empty()) {
      fail(failure_kind::bad_input, "not a WebSocket handshake's answer");
      return;
    }
    finish();
    auto session = std::make_shared<web_socket_session>(
        std::move(stream_),
        web_socket_settings{.client = true, .message_bytes_max = request().body_bytes_max},
        nullptr);
    done_(session->make_handle());
    const auto rest = buffer_.data();
    session->start(std::move(handler_), {static_cast<const char*>(rest.data()), rest.size()});
  }

  void on_failure(failure what) override { done_(std::move(what)); }

  std::shared_ptr<web_socket_handler> handler_;
  const std::function<void(result<std::shared_ptr<web_socket>>)> done_;
  std::string key_;
};

} // namespace

void http_fetch(boost::asio::io_context& io, client_request request,
                std::function<void(result<http_response>)> done) {
  std::make_shared<fetch>(io, std::move(request), std::move(done))->start();
}

void web_socket_connect(boost::asio::io_context& io, client_request request,
                        std::shared_ptr<web_socket_handler> handler,
                        std::function<void(result<std::shared_ptr<web_socket>>)> done) {
  request.method = "GET";
  request.body.clear();
  std::make_shared<socket_opening>(io, std::move(request), std::move(handler), std::move(done))
      ->start();
}

} // namespace trunkline
