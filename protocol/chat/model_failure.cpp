#include "protocol/chat/model_failure.hpp"

#include "protocol/http/retry_after.hpp"
#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace trunkline {

namespace {

using nlohmann::json;

struct code_rule {
  std::string_view word; ///< code or type of the error, whole
  failure_kind kind;
};

// Codes and types of all services; the first that matches counts.
constexpr code_rule code_rules[] = {
    {"insufficient_quota", failure_kind::quota},
    {"billing_hard_limit_reached", failure_kind::quota},
    {"billing_not_active", failure_kind::quota},
    {"billing_error", failure_kind::quota},
    {"quota_exceeded", failure_kind::quota},
    {"context_length_exceeded", failure_kind::too_large},
    {"exceed_context_size_error", failure_kind::too_large},
    {"string_above_max_length", failure_kind::too_large},
    {"request_too_large", failure_kind::too_large},
    {"content_filter", failure_kind::refused},
    {"content_policy_violation", failure_kind::refused},
    {"invalid_api_key", failure_kind::unauthorized},
    {"authentication_error", failure_kind::unauthorized},
    {"permission_error", failure_kind::unauthorized},
    {"model_not_found", failure_kind::not_found},
    {"not_found_error", failure_kind::not_found},
    {"overloaded_error", failure_kind::overloaded},
    {"slow_down", failure_kind::overloaded},
    {"rate_limit_exceeded", failure_kind::rate_limited},
    {"rate_limit_error", failure_kind::rate_limited},
    {"server_error", failure_kind::unavailable},
    {"api_error", failure_kind::unavailable},
    {"unavailable_error", failure_kind::unavailable},
    {"timeout_error", failure_kind::unavailable},
    // Last: the class of nearly all 400s, whose code may say more.
    {"invalid_request_error", failure_kind::bad_input},
    {"BadRequestError", failure_kind::bad_input},
};

struct message_rule {
  unsigned status;         ///< 0: any
  std::string_view phrase; ///< in lower case
  failure_kind kind;
};

// For services that have no code for it. Phrases only of the service's own wording.
constexpr message_rule message_rules[] = {
    {400, "credit balance is too low", failure_kind::quota},
    {400, "maximum context length", failure_kind::too_large},
    {400, "context length", failure_kind::too_large},
    {400, "context size", failure_kind::too_large},
    {400, "context window", failure_kind::too_large},
    {400, "prompt is too long", failure_kind::too_large},
    {503, "queue", failure_kind::overloaded},
    {503, "busy", failure_kind::overloaded},
    {503, "overloaded", failure_kind::overloaded},
    {503, "pending requests", failure_kind::overloaded},
    {503, "no slot", failure_kind::overloaded},
};

constexpr unsigned bad_request = 400, unauthorized = 401, payment_required = 402, forbidden = 403,
                   no_such_thing = 404, request_timeout = 408, conflicting = 409,
                   content_too_large = 413, too_many_requests = 429, server_errors = 500,
                   not_implemented = 501, site_overloaded = 529, statuses_end = 600;

failure_kind kind_of_status(unsigned status) {
  switch (status) {
  case unauthorized:
  case forbidden:
    return failure_kind::unauthorized;
  case payment_required:
    return failure_kind::quota;
  case no_such_thing:
    return failure_kind::not_found;
  case request_timeout:
    return failure_kind::timeout;
  case conflicting:
    return failure_kind::conflict;
  case content_too_large:
    return failure_kind::too_large;
  case too_many_requests:
    return failure_kind::rate_limited;
  case site_overloaded:
    return failure_kind::overloaded;
  default:
    return status >= bad_request && status < server_errors ? failure_kind::bad_input
                                                           : failure_kind::unavailable;
  }
}

std::optional<failure_kind> kind_of_word(const error_text& text) {
  for (const auto& rule : code_rules)
    if (text.code == rule.word || text.type == rule.word)
      return rule.kind;
  return std::nullopt;
}

std::optional<failure_kind> kind_of_message(unsigned status, std::string message) {
  std::transform(message.begin(), message.end(), message.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& rule : message_rules)
    if ((status == 0 || rule.status == status) && message.find(rule.phrase) != std::string::npos)
      return rule.kind;
  return std::nullopt;
}

failure_kind kind_of(unsigned status, const error_text& text) {
  const auto by_word = kind_of_word(text);
  const bool vague =
      !by_word || *by_word == failure_kind::bad_input || *by_word == failure_kind::unavailable;
  if (!vague)
    return *by_word;
  if (const auto by_message = kind_of_message(status, text.message))
    return *by_message;
  // A known status says more than "invalid request" does, and a word more than no status at all.
  return status == 0 && by_word ? *by_word : kind_of_status(status);
}

bool may_pass(failure_kind kind, unsigned status) {
  switch (kind) {
  case failure_kind::rate_limited:
  case failure_kind::overloaded:
  case failure_kind::timeout:
  case failure_kind::conflict:
    return true;
  case failure_kind::unavailable:
    // Other answers that are no error (a redirect, a page) stay the same next time.
    return status == 0 || (status >= server_errors && status != not_implemented);
  default:
    return false;
  }
}

unsigned status_in(const json& object) {
  for (const auto* name : {"code", "status"}) {
    const auto found = object.find(name);
    if (found == object.end())
      continue;
    unsigned status = 0;
    if (found->is_number_unsigned()) {
      status = static_cast<unsigned>(std::min<uint64_t>(found->get<uint64_t>(), statuses_end));
    } else if (found->is_string()) {
      const auto& text = found->get_ref<const std::string&>();
      std::from_chars(text.data(), text.data() + text.size(), status);
    }
    if (status >= bad_request && status < statuses_end)
      return status;
  }
  return 0;
}

} // namespace

failure model_failure(std::string_view service, unsigned status, const error_text& text,
                      std::chrono::milliseconds retry_after) {
  failure what;
  what.kind = kind_of(status, text);
  what.retryable = may_pass(what.kind, status);
  if (what.retryable)
    what.retry_after = retry_after;
  what.context = std::string{service} + " answered ";
  what.context += status == 0 ? "an error in its stream" : std::to_string(status);
  if (const auto said = to_string(text); !said.empty())
    what.context += ": " + said;
  return what;
}

failure model_failure(std::string_view service, const service_error& answer) {
  return model_failure(service, answer.status, error_text_of(answer), retry_after_of(answer));
}

failure failure_in_stream(std::string_view service, const json& error_event) {
  const auto& inner = object_member(error_event, "error");
  const auto& error = inner.empty() ? error_event : inner;
  const auto text = error_text_of(to_text(error_event));
  return model_failure(service, error.is_object() ? status_in(error) : 0, text,
                       std::chrono::milliseconds{0});
}

} // namespace trunkline
