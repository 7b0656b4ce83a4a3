#pragma once

#include "protocol/http/error_text.hpp"
#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string_view>

namespace trunkline {

/// The failure that an error of a language model's service is. `status` is of HTTP, 0 when the
/// error came inside a stream that had begun well. Words of the service count before the status:
/// a used up account and a busy minute are both 429, but only one of them passes.
failure model_failure(std::string_view service, unsigned status, const error_text& text,
                      std::chrono::milliseconds retry_after);

/// An answer with another status than 200.
failure model_failure(std::string_view service, const service_error& answer);

/// An error object inside a stream; a number in it is taken for the status.
failure failure_in_stream(std::string_view service, const nlohmann::json& error_event);

} // namespace trunkline
