#pragma once

#include "infra/net/http.hpp"
#include "infra/net/web_socket.hpp"
#include "schema/failure.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

struct client_timeouts {
  std::chrono::milliseconds connect{2000};    ///< DNS, TCP and TLS together
  std::chrono::milliseconds first_byte{3000}; ///< from the request's last byte
  std::chrono::milliseconds total{5000};
};

struct client_request {
  std::string method = "GET";
  std::string url{}; ///< http:// or https:// (ws:// or wss:// for sockets), absolute
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::string host_header{}; ///< empty: the URL's host
  client_timeouts timeouts;
  size_t body_bytes_max = 1024 * 1024;       ///< of the answer, or of one WebSocket message
  size_t send_queue_bytes_max = 1024 * 1024; ///< WebSocket: more waiting closes it
};

/// One request on a connection of its own and its whole answer, as http_start() has it. `done` runs
/// on `io`'s thread, exactly once.
void http_fetch(boost::asio::io_context& io, client_request request,
                std::function<void(result<http_response>)> done);

/// What another answer than 101 to a handshake means. The body is cut at 4 KiB.
using read_refusal = std::function<failure(const http_response&)>;
/// `unauthorized` (401, 403) or `unreachable`, with the status in the context.
failure plain_refusal(const http_response& answer);

/// Opens a WebSocket as a client. On success `handler` receives until on_closed; both run on `io`'s
/// thread. TLS as in http_start().
void web_socket_connect(boost::asio::io_context& io, client_request request,
                        std::shared_ptr<web_socket_handler> handler,
                        std::function<void(result<std::shared_ptr<web_socket>>)> done,
                        read_refusal refusal = plain_refusal);

/// Parts of an absolute URL. Default ports are filled in.
struct url_parts {
  std::string scheme, host, target;
  uint16_t port = 0;
  bool secure() const { return scheme == "https" || scheme == "wss"; }
};
result<url_parts> parse_url(std::string_view url);

} // namespace trunkline
