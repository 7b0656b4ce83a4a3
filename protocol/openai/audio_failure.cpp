#include "protocol/openai/audio_failure.hpp"

#include "protocol/http/status_failure.hpp"

namespace trunkline {

failure openai_audio_failure(std::string_view service, const service_error& answer) {
  static constexpr error_rule rules[] = {
      {"insufficient_quota", failure_kind::quota},
      {"billing_hard_limit_reached", failure_kind::quota},
      {"billing_not_active", failure_kind::quota},
      {"invalid_api_key", failure_kind::unauthorized},
      {"model_not_found", failure_kind::not_found},
      {"invalid_model", failure_kind::not_found},
      {"string_above_max_length", failure_kind::too_large},
      {"content_policy_violation", failure_kind::refused},
      {"rate_limit_exceeded", failure_kind::rate_limited, true},
      {"slow_down", failure_kind::overloaded, true},
      {"server_error", failure_kind::unavailable, true},
  };
  return failure_of_answer(service, answer, rules);
}

} // namespace trunkline
