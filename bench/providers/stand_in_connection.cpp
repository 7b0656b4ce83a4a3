#include "bench/providers/stand_in_connection.hpp"

#include "bench/providers/stand_in_bridge.hpp"
#include "infra/net/guarded.hpp"
#include "infra/net/http_text.hpp"
#include "infra/net/web_socket_session.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <utility>

namespace trunkline {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr size_t body_bytes_max = 32u << 20;
constexpr size_t huge_piece = 64u << 10;
constexpr size_t huge_pieces = 512; // 32 MB: over every limit of ours, four times

// Nothing for nothing: an empty chunk is the end of a body.
std::string chunk_of(const std::string& bytes) {
  if (bytes.empty())
    return {};
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

std::string noise(size_t length) {
  std::string bytes(length, '\0');
  uint32_t state = 12345;
  for (auto& byte : bytes)
    byte = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
  return bytes;
}

// The next thing the peer hears of it is that it is gone.
void reset_stream(net_stream& stream) {
  error_code ignored;
  stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);
  stream.cut();
}

} // namespace

stand_in_connection::stand_in_connection(std::shared_ptr<stand_in_core> core,
                                         std::unique_ptr<net_stream> stream,
                                         asio::ssl::context* tls)
    : core_(std::move(core)), stream_(std::move(stream)), tls_(tls),
      timer_(stream_->get_executor()) {
  error_code ignored;
  stream_->socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

void stand_in_connection::start() {
  if (!tls_) {
    read();
    return;
  }
  stream_->start_tls(*tls_).async_handshake(asio::ssl::stream_base::server,
                                            [self = shared_from_this()](const error_code& error) {
                                              if (!error)
                                                self->read();
                                            });
}

void stand_in_connection::cut() {
  timer_.cancel();
  if (cut_socket_)
    cut_socket_();
  else if (stream_)
    stream_->cut();
}

void stand_in_connection::read() {
  parser_.emplace();
  parser_->body_limit(body_bytes_max);
  http::async_read(*stream_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& error, size_t) {
                     if (!error)
                       self->on_request();
                   });
}

void stand_in_connection::on_request() {
  due_ = std::chrono::steady_clock::now();
  const auto& message = parser_->get();
  http_request request;
  request.method = std::string{message.method_string()};
  request.target = std::string{message.target()};
  for (const auto& field : message)
    request.headers.emplace_back(field.name_string(), field.value());
  request.body = message.body();
  const bool socket = has_token(request.header("Connection"), "upgrade");
  const auto fault = core_->next_fault(socket);
  if (fault.kind == fault_kind::hang) {
    core_->injected(fault);
    hold();
    return;
  }
  if (fault.kind == fault_kind::status) {
    core_->injected(fault);
    auto answer = core_->service().refusal(fault.status);
    if (fault.retry_after > 0)
      answer.headers.emplace_back("Retry-After", std::to_string(fault.retry_after));
    play(std::move(answer), {});
  } else if (socket) {
    open_socket(request, fault);
  } else {
    stand_in_answer answer;
    if (!guarded("stand_in.failed", [&] { answer = core_->service().answer(request); }))
      answer = core_->service().refusal(500); // a request of a shape that nobody foresaw
    play(std::move(answer), fault);
  }
}

void stand_in_connection::open_socket(const http_request& head, const met_fault& fault) {
  auto service = core_->service().open(head);
  if (!service) {
    play(core_->service().refusal(404), {});
    return;
  }
  // The session has the stream for as long as it has not told the bridge of its end.
  auto bridge = std::make_shared<stand_in_bridge>(
      stream_->get_executor(), core_, std::move(service), fault,
      [self = shared_from_this(), stream = stream_.get()] { reset_stream(*stream); });
  cut_socket_ = [weak = std::weak_ptr{bridge}] {
    if (const auto open = weak.lock())
      open->cut();
  };
  auto session = std::make_shared<web_socket_session>(
      std::move(stream_),
      web_socket_settings{.message_bytes_max = body_bytes_max,
                          .send_queue_bytes_max = body_bytes_max},
      nullptr);
  session->send_first("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                      web_socket_frame::accept_key(head.header("Sec-WebSocket-Key")) + "\r\n\r\n");
  bridge->open(session->make_handle());
  session->start(bridge);
}

void stand_in_connection::play(stand_in_answer answer, const met_fault& fault) {
  fault_ = fault;
  played_ = 0;
  pieces_.assign(std::make_move_iterator(answer.body.begin()),
                 std::make_move_iterator(answer.body.end()));
  if (bend(pieces_, fault))
    core_->injected(fault);
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) +
                     " OK\r\nContent-Type: " + answer.content_type +
                     "\r\nTransfer-Encoding: chunked\r\n";
  for (const auto& [name, value] : answer.headers)
    head += name + ": " + value + "\r\n";
  // The head leaves with the first piece, as servers do that compute before they answer.
  const auto first = pieces_.empty() ? std::chrono::milliseconds{0} : pieces_.front().after;
  if (fault.kind != fault_kind::hang_after_head)
    due_ += first;
  timer_.expires_at(due_);
  if (!pieces_.empty())
    pieces_.front().after = {};
  timer_.async_wait([self = shared_from_this(), head](const error_code& error) {
    if (!error)
      self->write(head + "\r\n", [self] { self->next_piece(); });
  });
}

bool stand_in_connection::bend(std::deque<timed_bytes>& body, const fault_plan& fault) {
  switch (fault.kind) {
  case fault_kind::garbage:
    for (auto& piece : body)
      piece.bytes = noise(std::max<size_t>(piece.bytes.size(), 64));
    break;
  case fault_kind::huge: {
    const auto first = body.empty() ? std::chrono::milliseconds{0} : body.front().after;
    body.assign(1, {first, std::string(huge_piece, 'x')});
    break;
  }
  case fault_kind::drip: {
    std::string all;
    for (const auto& piece : body)
      all += piece.bytes;
    body.clear();
    for (const char byte : all)
      body.push_back({fault.pause, std::string(1, byte)});
    break;
  }
  case fault_kind::empty:
    body.clear();
    break;
  case fault_kind::stall:
    if (body.size() < fault.pieces || fault.pieces == 0)
      return false;
    body[fault.pieces - 1].after += fault.pause;
    break;
  default:
    return false;
  }
  return true;
}

void stand_in_connection::next_piece() {
  const bool midway = fault_.kind == fault_kind::reset || fault_.kind == fault_kind::stop;
  if (fault_.kind == fault_kind::hang_after_head || (midway && played_ >= fault_.pieces)) {
    core_->injected(fault_);
    if (fault_.kind == fault_kind::reset)
      reset_stream(*stream_);
    else
      hold();
    return;
  }
  if (pieces_.empty()) {
    write("0\r\n\r\n", [self = shared_from_this()] { self->read(); });
    return;
  }
  // An answer without end is one piece again and again: nobody has to make or keep megabytes.
  const bool again = fault_.kind == fault_kind::huge && played_ + 1 < huge_pieces;
  auto piece = again ? pieces_.front() : std::move(pieces_.front());
  if (!again)
    pieces_.pop_front();
  ++played_;
  auto bytes = chunk_of(piece.bytes);
  // What is due at the same time leaves together. A fault may come between any two pieces.
  for (; fault_.kind == fault_kind::none && !pieces_.empty() && pieces_.front().after.count() == 0;
       pieces_.pop_front(), ++played_)
    bytes += chunk_of(pieces_.front().bytes);
  due_ += piece.after;
  timer_.expires_at(due_);
  timer_.async_wait([self = shared_from_this(), bytes = std::move(bytes)](const error_code& error) {
    if (error)
      return;
    self->core_->leaves(self->due_);
    if (bytes.empty())
      self->next_piece();
    else
      self->write(bytes, [self] { self->next_piece(); });
  });
}

void stand_in_connection::write(std::string bytes, std::function<void()> then) {
  out_ = std::move(bytes);
  asio::async_write(
      *stream_, asio::buffer(out_),
      [self = shared_from_this(), then = std::move(then)](const error_code& error, size_t) {
        if (!error)
          then();
      });
}

// Says nothing more; notices when the peer has had enough.
void stand_in_connection::hold() {
  stream_->async_read_some(asio::buffer(&held_, 1),
                           [self = shared_from_this()](const error_code& error, size_t) {
                             if (!error)
                               self->hold();
                           });
}

} // namespace trunkline
