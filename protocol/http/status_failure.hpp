#pragma once

#include "protocol/http/error_text.hpp"
#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace trunkline {

/// What a word of a service means, where it says more than the status.
struct error_rule {
  std::string_view word; ///< code or type of the error, whole
  failure_kind kind;
  bool retryable = false;
};

/// What an answer means: the first rule whose word it says, else the status: 401 and 403 are
/// unauthorized, 402 is quota, 408, 429 and 5xx may be tried again, others are our fault and final.
/// `service` opens the context: "deepgram: 402 ASR_PAYMENT_REQUIRED: ...".
failure failure_of_answer(std::string_view service, const service_error& answer,
                          std::span<const error_rule> rules = {});
failure failure_of_answer(std::string_view service, const service_error& answer,
                          const error_text& text, std::span<const error_rule> rules);

/// A WebSocket closed by the service, by RFC 6455 alone; `reason` is quoted.
failure failure_of_close(std::string_view service, uint16_t code, std::string_view reason);

} // namespace trunkline
