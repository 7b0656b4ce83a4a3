#include "infra/net/http_refusals.hpp"

#include "infra/net/http_text.hpp"

#include <boost/beast/http/error.hpp>

namespace trunkline {

namespace http = boost::beast::http;

http_response refusal(unsigned status, std::string_view text) {
  http_response response;
  response.status = status;
  response.body = std::string{text} + "\n";
  return response;
}

std::optional<http_response> refusal_of(const boost::system::error_code& error, bool timed_out,
                                        bool no_target) {
  if (timed_out)
    return refusal(408, "the request did not arrive in time");
  if (error == http::error::header_limit)
    return no_target ? refusal(414, "the target is too long")
                     : refusal(431, "the head is too large");
  if (error == http::error::body_limit)
    return refusal(413, "the body is too large");
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error.category() != http::make_error_code(http::error::bad_method).category())
    return std::nullopt;
  return refusal(400, "malformed request");
}

std::optional<http_response> refusal_of(const http_request& head, bool http_1_1) {
  if (http_1_1 && head.header("Host").empty())
    return refusal(400, "Host is missing");
  const auto encoding = head.header("Transfer-Encoding");
  if (!encoding.empty() && !same_text(encoding, "chunked"))
    return refusal(501, "unknown transfer coding");
  return std::nullopt;
}

} // namespace trunkline
