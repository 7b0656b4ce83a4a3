#pragma once

#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <string_view>

namespace trunkline {

/// An answer of OpenAI's audio endpoints, or of a server that imitates them, other than 200. A used
/// up account and a busy minute are both 429, but only one of them passes.
failure openai_audio_failure(std::string_view service, const service_error& answer);

} // namespace trunkline
