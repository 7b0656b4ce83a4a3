#include "infra/net/http_exchange.hpp"

#include "infra/net/http_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <utility>

namespace trunkline {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr uint32_t head_bytes_max = 32 * 1024;

// The peer going away is one thing, what it said being no HTTP another.
bool is_lost(const error_code& error) {
  return error == http::error::partial_message || error == http::error::end_of_stream ||
         error.category() != http::make_error_code(http::error::bad_method).category();
}

std::string problem_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::body_limit)
    return "answer over the size limit";
  return "not an HTTP answer (" + error.message() + ")";
}

class call_handle : public http_call {
public:
  explicit call_handle(std::shared_ptr<http_exchange> exchange) : exchange_(std::move(exchange)) {}
  call_handle(const call_handle&) = delete;
  call_handle& operator=(const call_handle&) = delete;
  ~call_handle() override {
    if (exchange_)
      exchange_->cancel();
  }
  void expect_within(std::chrono::milliseconds limit, const char* what) override {
    if (exchange_)
      exchange_->expect_within(limit, what);
  }
  void expect_since_start(std::chrono::milliseconds limit, const char* what) override {
    if (exchange_)
      exchange_->expect_by(exchange_->started() + limit, what);
  }
  void leave() override {
    if (const auto exchange = std::exchange(exchange_, nullptr))
      exchange->leave();
  }

private:
  std::shared_ptr<http_exchange> exchange_; ///< null: left
};

/// Of an answer that is only read to its end.
class nobody : public http_handler {
public:
  void on_head(const http_response&) override {}
  void on_body(std::string_view) override {}
  void on_end() override {}
  void on_failure(failure) override {}
};

} // namespace

http_exchange::http_exchange(asio::io_context& io, client_request request, http_handler& handler,
                             keeper connections)
    : io_(io), request_(std::move(request)), handler_(&handler),
      connections_(std::move(connections)), timer_(io) {}

void http_exchange::start() {
  started_ = std::chrono::steady_clock::now();
  asio::post(io_, [self = shared_from_this()] { self->take_stream(); });
}

void http_exchange::take_stream() {
  if (!handler_)
    return;
  auto parsed = parse_url(request_.url);
  if (!parsed) {
    fail(failure_kind::bad_input, parsed.error().context);
    return;
  }
  url_ = std::move(*parsed);
  std::string more =
      connections_.give_back ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT")
    more += "Content-Length: " + std::to_string(request_.body.size()) + "\r\n";
  auto head = render_request_head(request_, url_, more);
  if (!head) {
    fail(head.error().kind, head.error().context);
    return;
  }
  out_ = std::move(*head) + request_.body;
  auto idle = connections_.take ? connections_.take(url_) : nullptr;
  kept_ = idle != nullptr;
  if (idle)
    use(std::move(idle));
  else
    open_stream();
}

void http_exchange::open_stream() {
  const auto left = started_ + request_.timeouts.total - std::chrono::steady_clock::now();
  const auto limit = std::min(request_.timeouts.connect,
                              std::chrono::duration_cast<std::chrono::milliseconds>(left));
  opening_ = stream_opening::start(
      io_, url_, limit, [self = shared_from_this()](result<std::unique_ptr<net_stream>> opened) {
        self->opening_.reset();
        if (!self->handler_)
          return;
        if (opened)
          self->use(std::move(*opened));
        else
          self->fail(opened.error().kind, opened.error().context);
      });
}

void http_exchange::use(std::unique_ptr<net_stream> stream) {
  stream_ = std::move(stream);
  expect_within(request_.timeouts.first_byte, "send");
  asio::async_write(
      *stream_, asio::buffer(out_), [self = shared_from_this()](const error_code& error, size_t) {
        if (!self->handler_)
          return;
        // A server may answer and close before it has read all: what it said is still to be read.
        if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset) {
          self->lost(error);
          return;
        }
        self->expect_within(self->request_.timeouts.first_byte, "first byte");
        self->read_head();
      });
}

void http_exchange::read_head() {
  parser_.emplace();
  parser_->header_limit(head_bytes_max);
  parser_->body_limit(request_.body_bytes_max);
  parser_->skip(request_.method == "HEAD");
  http::async_read_header(*stream_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& error, size_t) {
                            if (!self->handler_)
                              return;
                            if (error)
                              self->lost(error);
                            else if (self->parser_->get().result_int() < 200)
                              self->read_head(); // 100 and 103 announce the real one
                            else
                              self->on_head();
                          });
}

void http_exchange::on_head() {
  expect_within(request_.timeouts.total, "answer");
  http_response head;
  const auto& message = parser_->get();
  head.status = message.result_int();
  for (const auto& field : message)
    head.headers.emplace_back(field.name_string(), field.value());
  head.content_type = head.header("Content-Type");
  handler_->on_head(head);
  if (!handler_)
    return;
  if (parser_->is_done())
    end();
  else
    read_body();
}

void http_exchange::read_body() {
  auto& body = parser_->get().body();
  body.data = chunk_.data();
  body.size = chunk_.size();
  body.more = true;
  http::async_read_some(*stream_, buffer_, *parser_,
                        [self = shared_from_this()](const error_code& error, size_t) {
                          if (!self->handler_)
                            return;
                          const auto bytes = self->chunk_.size() - self->parser_->get().body().size;
                          if (error && error != http::error::need_buffer)
                            self->lost(error);
                          else
                            self->on_body(bytes);
                        });
}

void http_exchange::on_body(size_t bytes) {
  if (bytes > 0)
    handler_->on_body({chunk_.data(), bytes});
  if (!handler_)
    return;
  if (parser_->is_done())
    end();
  else
    read_body();
}

void http_exchange::end() {
  const auto self = shared_from_this();
  auto* handler = std::exchange(handler_, nullptr);
  const bool reusable = connections_.give_back && parser_->keep_alive() && buffer_.size() == 0;
  finish();
  if (reusable)
    connections_.give_back(url_, std::move(stream_));
  else
    stream_->cut();
  handler->on_end();
}

// An idle connection that the server had closed meanwhile is no failure: nobody read the request.
void http_exchange::lost(const error_code& error) {
  const bool nothing_read = buffer_.size() == 0 && !(parser_ && parser_->got_some());
  if (!is_lost(error)) {
    fail(failure_kind::bad_input, problem_of(error));
  } else if (kept_ && nothing_read) {
    kept_ = false;
    stream_->cut();
    open_stream();
  } else {
    fail(failure_kind::unreachable,
         nothing_read ? where(url_) + " closed without an answer: " + error.message()
                      : "connection lost inside the answer");
  }
}

void http_exchange::expect_within(std::chrono::milliseconds limit, const char* what) {
  expect_by(std::chrono::steady_clock::now() + limit, what);
}

// The nearer of this deadline and the whole request's.
void http_exchange::expect_by(std::chrono::steady_clock::time_point due, const char* what) {
  if (!handler_)
    return;
  timer_.expires_at(std::min(due, started_ + request_.timeouts.total));
  timer_.async_wait([self = shared_from_this(), set = ++timer_set_, what](const error_code& error) {
    if (error || set != self->timer_set_)
      return;
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - self->started_);
    self->fail(failure_kind::timeout, where(self->url_) + " took too long (" + what + ", after " +
                                          std::to_string(waited.count()) + " ms)");
  });
}

void http_exchange::fail(failure_kind kind, std::string why) {
  const auto self = shared_from_this();
  auto* handler = std::exchange(handler_, nullptr);
  if (!handler)
    return;
  finish();
  if (stream_)
    stream_->cut();
  const bool retryable = kind == failure_kind::timeout || kind == failure_kind::unreachable;
  handler->on_failure({kind, std::move(why), retryable});
}

void http_exchange::cancel() {
  handler_ = nullptr;
  finish();
  if (stream_)
    stream_->cut();
}

void http_exchange::leave() {
  if (!connections_.give_back) {
    cancel();
    return;
  }
  if (!handler_)
    return;
  static nobody listens; // has no state, so threads may share it
  handler_ = &listens;
  expect_within(leave_time, "end of the answer");
}

void http_exchange::finish() {
  ++timer_set_;
  timer_.cancel();
  if (const auto opening = std::exchange(opening_, {}).lock())
    opening->cancel();
}

std::unique_ptr<http_call> start_exchange(asio::io_context& io, client_request request,
                                          http_handler& handler,
                                          http_exchange::keeper connections) {
  auto exchange =
      std::make_shared<http_exchange>(io, std::move(request), handler, std::move(connections));
  exchange->start();
  return std::make_unique<call_handle>(std::move(exchange));
}

std::unique_ptr<http_call> http_start(asio::io_context& io, client_request request,
                                      http_handler& handler) {
  return start_exchange(io, std::move(request), handler, {});
}

void http_start(asio::io_context& io, client_request request,
                std::shared_ptr<http_handler> handler) {
  const auto exchange =
      std::make_shared<http_exchange>(io, std::move(request), *handler, http_exchange::keeper{});
  exchange->keep(std::move(handler));
  exchange->start();
}

} // namespace trunkline
