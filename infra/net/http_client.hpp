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
  client_timeouts timeouts;
  size_t body_bytes_max = 1024 * 1024;
};

/// One request on a connection of its own. TLS is verified against the system's roots, host name
/// checked, 1.2 or later. `done` runs on `io`'s thread, exactly once. Any complete HTTP answer is a
/// success here, whatever its status; failures are `timeout`, `unreachable`, `bad_input` (not HTTP,
/// or over the limit). Redirects are not followed.
void http_fetch(boost::asio::io_context& io, client_request request,
                std::function<void(result<http_response>)> done);

/// Opens a WebSocket as a client. On success `handler` receives until on_closed; both run on `io`'s
/// thread. A refused handshake is `unauthorized` (401, 403) or `unreachable`, with the status in
/// the context.
void web_socket_connect(boost::asio::io_context& io, client_request request,
                        std::shared_ptr<web_socket_handler> handler,
                        std::function<void(result<std::shared_ptr<web_socket>>)> done);

/// Parts of an absolute URL. Default ports are filled in.
struct url_parts {
  std::string scheme, host, target;
  uint16_t port = 0;
  bool secure() const { return scheme == "https" || scheme == "wss"; }
};
result<url_parts> parse_url(std::string_view url);

} // namespace trunkline
