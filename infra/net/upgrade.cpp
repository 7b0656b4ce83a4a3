#include "infra/net/upgrade.hpp"
#include "infra/log/log.hpp"

#include "infra/net/guarded.hpp"
#include "infra/net/http_text.hpp"
#include "infra/net/web_socket_session.hpp"

#include <boost/asio/post.hpp>

#include <unistd.h>

namespace trunkline {

namespace {

void open_here(const std::shared_ptr<server_core>& core, size_t shard,
               std::unique_ptr<net_stream> stream, http_request head,
               std::shared_ptr<connection_ticket> ticket) {
  const auto& limits = core->limits();
  auto session = std::make_shared<web_socket_session>(
      std::move(stream),
      web_socket_settings{.client = false,
                          .message_bytes_max = limits.message_bytes_max,
                          .send_queue_bytes_max = limits.send_queue_bytes_max},
      std::move(ticket));
  core->add(shard, session);
  session->send_first("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                      web_socket_frame::accept_key(head.header("Sec-WebSocket-Key")) + "\r\n\r\n");
  head.shard = shard;
  std::shared_ptr<web_socket_handler> handler;
  guarded("http.application_failed",
          [&] { handler = core->application().on_open(std::move(head), session->make_handle()); });
  session->start(std::move(handler));
}

// The descriptor on its way between two shards; closes it if the other end never runs.
class travelling_socket {
public:
  explicit travelling_socket(int descriptor) : descriptor_(descriptor) {}
  travelling_socket(travelling_socket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  travelling_socket(const travelling_socket&) = delete;
  travelling_socket& operator=(const travelling_socket&) = delete;
  travelling_socket& operator=(travelling_socket&&) = delete;
  ~travelling_socket() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }
  int release() { return std::exchange(descriptor_, -1); }

private:
  int descriptor_;
};

} // namespace

bool wants_web_socket(const http_request& head) {
  return has_token(head.header("Connection"), "upgrade") &&
         has_token(head.header("Upgrade"), "websocket");
}

std::optional<http_response> bad_handshake(const http_request& head) {
  if (head.method != "GET" || !web_socket_frame::is_valid_key(head.header("Sec-WebSocket-Key")))
    return http_response{.status = 400, .body = "malformed WebSocket handshake\n", .headers = {}};
  if (head.header("Sec-WebSocket-Version") != "13")
    return http_response{.status = 426,
                         .body = "WebSocket version 13 is needed\n",
                         .headers = {{"Sec-WebSocket-Version", "13"}}};
  return std::nullopt;
}

void open_web_socket(std::shared_ptr<server_core> core, size_t home,
                     std::unique_ptr<net_stream> stream, http_request head,
                     std::shared_ptr<connection_ticket> ticket) {
  if (home == head.shard || home >= core->shard_count() || stream->secure()) {
    const auto shard = head.shard;
    open_here(core, shard, std::move(stream), std::move(head), std::move(ticket));
    return;
  }
  boost::system::error_code error;
  const auto protocol = stream->socket().local_endpoint(error).protocol();
  const auto descriptor = error ? -1 : stream->socket().release(error);
  if (error) {
    log_event(log_level::warn, "http.hand_over_failed", {{"error", error.message()}});
    return;
  }
  auto& io = core->io(home);
  boost::asio::post(io, [core = std::move(core), home, protocol, head = std::move(head),
                         ticket = std::move(ticket),
                         socket = travelling_socket{descriptor}]() mutable {
    tcp_socket arrived{core->io(home)};
    boost::system::error_code refused;
    arrived.assign(protocol, socket.release(), refused);
    if (refused)
      log_event(log_level::warn, "http.hand_over_failed", {{"error", refused.message()}});
    else
      open_here(core, home, std::make_unique<net_stream>(std::move(arrived)), std::move(head),
                std::move(ticket));
  });
}

} // namespace trunkline
