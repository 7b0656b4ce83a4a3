#include "infra/providers/service.hpp"

#include "protocol/http/retry_after.hpp"

#include <utility>

namespace trunkline {

client_request addressed(const service_endpoint& to, service_request request, bool as_socket) {
  client_request made;
  made.method = std::move(request.method);
  made.url = to.base_url;
  while (made.url.ends_with('/'))
    made.url.pop_back();
  made.url += request.target;
  if (as_socket && made.url.starts_with("http"))
    made.url.replace(0, 4, "ws"); // https becomes wss
  made.headers = std::move(request.headers);
  made.body = std::move(request.body);
  made.timeouts = to.timeouts;
  return made;
}

service_error error_in(const http_response& answer) {
  service_error error;
  error.status = answer.status;
  error.body = answer.body;
  error.content_type = answer.content_type;
  error.retry_after = answer.header("Retry-After");
  error.retry_after_ms = answer.header("retry-after-ms");
  for (const auto* name : {"x-amzn-ErrorType", "dg-error"})
    if (error.error_type.empty())
      error.error_type = answer.header(name);
  return error;
}

failure dated(failure what, const http_response& answer) {
  if (what.retryable && what.retry_after.count() == 0)
    what.retry_after = retry_after_of(
        error_in(answer),
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()));
  return what;
}

} // namespace trunkline
