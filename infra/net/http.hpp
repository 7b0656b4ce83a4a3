#pragma once

#include <cstdint>
#include <functional>
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
  /// For whoever knows the sender but takes time to answer: its connection no longer counts as an
  /// unsigned one. On the shard's thread, as on_request is; may be empty.
  std::function<void()> accept{};

  /// First value of a header, names compared without case; empty when absent.
  std::string_view header(std::string_view name) const;
  /// The target without query.
  std::string_view path() const;
  std::string_view query() const;
};

struct http_response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};

  std::string_view header(std::string_view name) const;
};

/// Answers a request; exactly once, from any thread. Not answering within the server's limit makes
/// the server answer 503 itself.
using http_respond = std::function<void(http_response)>;

} // namespace trunkline
