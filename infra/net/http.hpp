#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// An HTTP request as a plain value; what Beast knows stays in infra/net/*.cpp.
struct http_request {
  std::string method; ///< "GET"
  std::string target; ///< path and query as received: "/voice/incoming?x=1"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string remote_address; ///< the peer's, or the one a trusted proxy named
  size_t shard = 0;           ///< index of the shard that accepted it
  /// To call, within on_request, once the signature is seen to be good: from then on, and not only
  /// from the answer, the connection no longer counts as unsigned. May be empty.
  std::function<void()> sender_known{};

  /// First value of a header, names compared without case; empty when absent.
  std::string_view header(std::string_view name) const;
  /// The target without query.
  std::string_view path() const;
  std::string_view query() const;
};

/// The end of a long body, fetched part by part, each when the one before is sent.
struct http_body_rest {
  uint64_t bytes = 0; ///< in all; they count for Content-Length
  /// Called on the connection's thread. `give` takes the next bytes, exactly once, on any thread;
  /// nullopt, none or more than are left cuts the connection, for its length has been told.
  std::function<void(std::function<void(std::optional<std::string>)> give)> next{};
};

struct http_response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  http_body_rest rest{}; ///< sent after `body`

  std::string_view header(std::string_view name) const;
};

/// Answers a request; exactly once, from any thread. Not answering within the server's limit makes
/// the server answer 503 itself.
using http_respond = std::function<void(http_response)>;

} // namespace trunkline
