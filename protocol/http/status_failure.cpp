#include "protocol/http/status_failure.hpp"

#include "protocol/http/retry_after.hpp"
#include "protocol/text/utf8.hpp"

#include <string>

namespace trunkline {

namespace {

failure_kind kind_of_status(unsigned status) {
  switch (status) {
  case 401:
  case 403:
  case 407:
    return failure_kind::unauthorized;
  case 402:
    return failure_kind::quota;
  case 404:
  case 410:
    return failure_kind::not_found;
  case 408:
  case 504:
    return failure_kind::timeout;
  case 409:
    return failure_kind::conflict;
  case 413:
    return failure_kind::too_large;
  case 429:
    return failure_kind::rate_limited;
  case 529:
    return failure_kind::overloaded;
  default:
    return status >= 500 ? failure_kind::unavailable : failure_kind::bad_input;
  }
}

} // namespace

failure failure_of_answer(std::string_view service, const service_error& answer,
                          std::span<const error_rule> rules) {
  return failure_of_answer(service, answer, error_text_of(answer), rules);
}

failure failure_of_answer(std::string_view service, const service_error& answer,
                          const error_text& text, std::span<const error_rule> rules) {
  failure what;
  what.kind = kind_of_status(answer.status);
  what.retryable = answer.status == 408 || answer.status == 429 || answer.status >= 500;
  for (const auto& rule : rules)
    if (rule.word == text.code || rule.word == text.type) {
      what.kind = rule.kind;
      what.retryable = rule.retryable;
      break;
    }
  what.retry_after = retry_after_of(answer);
  what.context = std::string{service} + ": " + std::to_string(answer.status);
  if (const auto said = to_string(text); !said.empty())
    what.context += " " + said;
  return what;
}

failure failure_of_close(std::string_view service, uint16_t code, std::string_view reason) {
  failure what{failure_kind::unreachable, {}, true};
  switch (code) {
  case 1002: // protocol error
  case 1003: // unsupported data
  case 1007: // not the data its type says
  case 1008: // policy
    what.kind = failure_kind::bad_input;
    what.retryable = false;
    break;
  case 1009:
    what.kind = failure_kind::too_large;
    what.retryable = false;
    break;
  case 1011: // internal error
  case 1012: // restart
  case 1014: // bad gateway
    what.kind = failure_kind::unavailable;
    break;
  case 1013: // try again later
    what.kind = failure_kind::overloaded;
    break;
  default:
    break;
  }
  what.context = std::string{service} + ": socket closed with " + std::to_string(code);
  // The frame holds at most 123 bytes of it.
  if (const auto said = clean_text(reason, 123); !said.empty())
    what.context += " " + said;
  return what;
}

} // namespace trunkline
