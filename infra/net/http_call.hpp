#pragma once

#include "infra/net/http_client.hpp"

#include <chrono>
#include <memory>
#include <string_view>

namespace trunkline {

/// Receives one answer as it arrives, on the loop's thread: a head, pieces of the body, then the
/// end or, at any time, a failure; nothing after those two. May destroy its http_call in there.
class http_handler {
public:
  virtual ~http_handler() = default;
  /// Status and headers; the body is empty.
  virtual void on_head(const http_response& head) = 0;
  virtual void on_body(std::string_view bytes) = 0;
  virtual void on_end() = 0;
  virtual void on_failure(failure what) = 0;
};

/// One request under way. Destroying it cancels: nothing is heard of it any more. On the loop's
/// thread.
class http_call {
public:
  virtual ~http_call() = default;
  /// Replaces the present deadline: without another call of this, or the end, it fails with a
  /// timeout that names `what`. The request's whole time still counts.
  virtual void expect_within(std::chrono::milliseconds limit, const char* what) = 0;
  /// The same, counted from the request's start.
  virtual void expect_since_start(std::chrono::milliseconds limit, const char* what) = 0;
  /// What was wanted of the body is here: nothing is heard of it any more, but the little that
  /// still comes is read, so that the connection can be kept. To cancel would end it.
  virtual void leave() = 0;
};

/// On a connection of its own, which ends with it. TLS is verified against the system's roots, host
/// name checked, 1.2 or later. Any complete HTTP answer is a success here, whatever its status;
/// failures are `timeout`, `unreachable`, `bad_input` (not HTTP, or over the limit). Redirects are
/// not followed. `handler` must outlive the call.
std::unique_ptr<http_call> http_start(boost::asio::io_context& io, client_request request,
                                      http_handler& handler);
/// The same without a handle: it cannot be cancelled. The handler is kept until its last call, or
/// until `io` is gone.
void http_start(boost::asio::io_context& io, client_request request,
                std::shared_ptr<http_handler> handler);

} // namespace trunkline
