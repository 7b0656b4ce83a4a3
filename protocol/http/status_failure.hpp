#pragma once

#include "protocol/http/error_text.hpp"
#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <string_view>

namespace trunkline {

/// What an answer means where the service has no rules of its own: 401 and 403 are unauthorized,
/// 402 is quota, 408, 429 and 5xx may be tried again, other statuses are our fault and final.
/// `service` opens the context: "deepgram: 402 ASR_PAYMENT_REQUIRED: ...".
failure failure_of_status(std::string_view service, const service_error& answer,
                          const error_text& text);

/// A WebSocket closed by the service, by RFC 6455 alone; `reason` is quoted.
failure failure_of_close(std::string_view service, uint16_t code, std::string_view reason);

} // namespace trunkline
