#include "protocol/deepgram/errors.hpp"

#include "protocol/http/error_text.hpp"
#include "protocol/http/status_failure.hpp"
#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace trunkline {

namespace {

// The word that opens a reason says more than the close code, which newer messages lack.
bool apply_word(std::string_view said, failure& to) {
  const struct {
    std::string_view prefix;
    failure_kind kind;
    bool retryable;
  } words[] = {
      {"DATA-0001", failure_kind::rate_limited, true}, // too many characters lately
      {"DATA-", failure_kind::bad_input, false},
      {"MESSAGE-", failure_kind::bad_input, false},
      {"BIG-", failure_kind::too_large, false},
      {"NET-0001", failure_kind::timeout, true}, // nothing was sent to it for too long
      {"NET-", failure_kind::unavailable, true},
      {"TOO_MANY", failure_kind::rate_limited, true},
      {"INVALID_AUTH", failure_kind::unauthorized, false},
      {"INSUFFICIENT_PERMISSIONS", failure_kind::unauthorized, false},
      {"ASR_PAYMENT", failure_kind::quota, false},
      {"INVALID_", failure_kind::bad_input, false},
  };
  const auto* const found = std::find_if(std::begin(words), std::end(words),
                                         [&](const auto& w) { return said.starts_with(w.prefix); });
  if (found == std::end(words))
    return false;
  to.kind = found->kind;
  to.retryable = found->retryable;
  return true;
}

} // namespace

failure deepgram_refused(const service_error& answer) {
  static constexpr error_rule rules[] = {{"ASR_PAYMENT_REQUIRED", failure_kind::quota}};
  return failure_of_answer("deepgram", answer, rules);
}

failure deepgram_closed(uint16_t code, std::string_view reason) {
  auto what = failure_of_close("deepgram", code, reason);
  apply_word(reason, what);
  return what;
}

failure deepgram_error(const nlohmann::json& message) {
  failure what{failure_kind::unavailable, "deepgram:", true};
  const auto code = string_member(message, "code");
  const auto description = string_member(message, "description");
  apply_word(code, what) || apply_word(description, what);
  for (const auto& said : {code, description})
    if (!said.empty())
      what.context +=
          " " + clean_text(said, said == code ? error_code_bytes_max : error_message_bytes_max);
  if (code.empty() && description.empty())
    what.context += " an error without a reason";
  return what;
}

} // namespace trunkline
