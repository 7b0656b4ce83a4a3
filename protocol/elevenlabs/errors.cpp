#include "protocol/elevenlabs/errors.hpp"

#include "protocol/http/error_text.hpp"
#include "protocol/http/status_failure.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <string>

namespace trunkline {

namespace {

constexpr error_rule rules[] = {
    {"quota_exceeded", failure_kind::quota},
    {"detected_unusual_activity", failure_kind::quota}, // only an operator can help
    {"invalid_api_key", failure_kind::unauthorized},
    {"max_character_limit_exceeded", failure_kind::too_large},
    {"voice_not_found", failure_kind::not_found},
    {"model_not_found", failure_kind::not_found},
    {"too_many_concurrent_requests", failure_kind::overloaded, true},
    {"system_busy", failure_kind::overloaded, true},
    {"max_active_conversations", failure_kind::overloaded, true},
    {"input_timeout_exceeded", failure_kind::timeout, true},
};

} // namespace

failure elevenlabs_refused(const service_error& answer) {
  return failure_of_answer("elevenlabs", answer, rules);
}

failure elevenlabs_socket_failure(uint16_t code, std::string_view error, std::string_view message) {
  // The code word stands alone in a message and at the head of a close reason.
  auto what = failure_of_close("elevenlabs", code, error.empty() ? message : error);
  if (!error.empty() && !message.empty())
    what.context += ": " + clean_text(message, error_message_bytes_max);
  const auto said = error.empty() ? message : error;
  const auto* const found = std::find_if(std::begin(rules), std::end(rules),
                                         [&](const auto& r) { return said.starts_with(r.word); });
  if (found != std::end(rules)) {
    what.kind = found->kind;
    what.retryable = found->retryable;
  }
  return what;
}

} // namespace trunkline
