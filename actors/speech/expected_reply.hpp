#pragma once

#include "infra/providers/expected_answer.hpp"

#include <string_view>

namespace trunkline {

/// What a caller is likely to answer to a sentence of the agent, whichever model worded it. Pure.
/// `anything` for what is no question, or none of these.
expected_answer expected_after(std::string_view agent_text);

} // namespace trunkline
