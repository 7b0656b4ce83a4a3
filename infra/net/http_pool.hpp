#pragma once

#include "infra/net/http_call.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace trunkline {

struct http_pool_settings {
  size_t idle_max = 16; ///< connections kept for each origin; more are closed after use
  std::chrono::seconds idle_timeout{45}; ///< services close theirs after a minute or more
};

/// Keep-alive connections of one loop to any number of origins (scheme, host and port). A request
/// takes the connection used last, or opens one; so there are as many as requests under way. A kept
/// connection that proves dead before a byte was answered is replaced by a new one, once, unseen.
/// On the loop's thread, except the constructor and the destructor (when the loop has ended).
class http_pool {
public:
  explicit http_pool(boost::asio::io_context& io, http_pool_settings settings = {});
  ~http_pool();

  /// As http_start(), on a kept connection when there is one.
  std::unique_ptr<http_call> start(client_request request, http_handler& handler);
  /// Sees to it that a connection to the URL's origin is open or being opened, TLS and all.
  /// Failures are silent: the request itself will tell.
  void warm(const std::string& url);
  /// Connections kept for the URL's origin.
  size_t idle(const std::string& url) const;

private:
  struct state;
  std::shared_ptr<state> state_; ///< exchanges under way may outlive the pool
};

} // namespace trunkline
