#pragma once

#include "infra/net/http_client.hpp"
#include "protocol/http/service_request.hpp"

#include <string>
#include <string_view>

namespace trunkline {

/// Where an outside service is and how long it may take.
struct service_endpoint {
  std::string name;     ///< as configuration lists it: "openai"; in logs and metrics
  std::string base_url; ///< http or https, with or without a final slash; may have a path ("/v1")
  client_timeouts timeouts{};
};

/// The codec's request, addressed. `as_socket`: ws or wss in place of http or https.
client_request addressed(const service_endpoint& to, service_request request,
                         bool as_socket = false);

/// What an answer's head and body tell a codec. Views into `answer`.
service_error error_in(const http_response& answer);

/// A codec's failure of `answer`. When the answer says by a date when to come again, which only who
/// has a clock can read, that is added.
failure dated(failure what, const http_response& answer);

} // namespace trunkline
