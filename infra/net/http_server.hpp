#pragma once

#include "infra/net/http.hpp"
#include "infra/net/web_socket.hpp"
#include "schema/failure.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace trunkline {

/// Limits at the door; defaults are design section 8's.
struct http_limits {
  size_t head_bytes_max = 8 * 1024;
  size_t body_bytes_max = 64 * 1024;
  size_t message_bytes_max = 64 * 1024; ///< one WebSocket message, all its frames together
  size_t send_queue_bytes_max = 1024 * 1024;
  std::chrono::milliseconds head_timeout{5000};
  std::chrono::milliseconds body_timeout{10000};
  std::chrono::milliseconds answer_timeout{10000}; ///< handler's time before 503
  std::chrono::milliseconds handshake_timeout{5000};
  std::chrono::milliseconds keep_alive{30000}; ///< idle connection between requests
  size_t connections_per_address_max = 20;     ///< that have not yet sent an accepted request
  size_t connections_max = 20000;
};

struct http_server_options {
  std::string address = "127.0.0.1"; ///< IPv4 or IPv6 literal
  uint16_t port = 0;                 ///< 0: any free one, see http_server::port()
  std::string certificate_file;      ///< PEM; with key_file: TLS 1.2 or later
  std::string key_file;
  std::vector<std::string> trusted_proxies; ///< addresses whose X-Forwarded-For is believed
  http_limits limits;
};

/// What to do with a WebSocket handshake, decided from its head before anything is upgraded.
struct upgrade_refused {
  http_response answer;
};
struct upgrade_accepted {
  size_t shard; ///< where the socket shall live; it is handed over when accepted elsewhere
};
using upgrade_decision = std::variant<upgrade_refused, upgrade_accepted>;

/// The application behind a listener. Must outlive the server. Thread safe: called on any shard.
class http_application {
public:
  virtual ~http_application() = default;
  /// On the accepting shard's thread. Whoever was accepted, or answered with status < 400, is no
  /// longer counted as an unsigned connection.
  virtual void on_request(http_request request, http_respond respond) = 0;
  virtual upgrade_decision on_upgrade(const http_request& head) = 0;
  /// On the home shard's thread, after the handshake. The server keeps the handler until on_closed.
  virtual std::shared_ptr<web_socket_handler> on_open(http_request head,
                                                      std::shared_ptr<web_socket> socket) = 0;
};

/// One listening port, accepted on every shard (SO_REUSEPORT). Chunked and fixed bodies,
/// keep-alive, no pipelining, no permessage-deflate. Bad requests get 400/408/413/414/431/501 and a
/// close, in one line of text.
class http_server {
public:
  /// Fails with `unavailable` when the port is in use ("127.0.0.1:8080 is in use: ...") or the
  /// certificate cannot be read.
  static result<std::unique_ptr<http_server>> start(std::vector<boost::asio::io_context*> shards,
                                                    http_server_options options,
                                                    http_application& application);
  virtual ~http_server() = default;
  virtual uint16_t port() const = 0;
  /// Stops accepting; keep-alive connections end after their present request. Open WebSockets stay.
  /// Thread safe.
  virtual void stop_accepting() = 0;
  /// Closes everything at once; call before the io_contexts end. Thread safe, returns at once.
  virtual void close_all() = 0;
  virtual size_t open_connections() const = 0;
};

} // namespace trunkline
