#pragma once

#include "infra/net/http.hpp"
#include "infra/net/http_client.hpp"

#include <string>
#include <string_view>

namespace trunkline {

/// Equal but for the case of ASCII letters.
bool same_text(std::string_view a, std::string_view b);
/// Whether a comma separated header value contains the token.
bool has_token(std::string_view list, std::string_view token);

/// An HTTP/1.1 response ready to send. Content-Length always fits; HEAD, 204 and 304 have no body;
/// all but GET get `Cache-Control: no-store` unless they say otherwise. No `Server` header.
std::string render_response(const http_response& response, std::string_view method,
                            bool keep_alive);

/// Request line, Host, `more` (whole lines) and the request's own headers, up to the empty line. A
/// header with a line end in it is `bad_input`.
result<std::string> render_request_head(const client_request& request, const url_parts& url,
                                        std::string_view more);

} // namespace trunkline
