#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// A request to an outside service as its codec renders it; the session adds the connection.
struct service_request {
  std::string method = "POST";
  std::string target; ///< path and query, appended to the service's base URL: "/v1/listen?model=x"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// What a service answered instead of doing its work: enough to tell what went wrong. Views of the
/// session's data; absent headers are empty.
struct service_error {
  unsigned status = 0; ///< of HTTP; also codes that HTTP does not define, such as 529
  std::string_view body;
  std::string_view content_type{};
  std::string_view retry_after{};    ///< Retry-After: seconds or an HTTP date
  std::string_view retry_after_ms{}; ///< retry-after-ms, as some send it
  std::string_view error_type{};     ///< x-amzn-ErrorType, dg-error
};

} // namespace trunkline
