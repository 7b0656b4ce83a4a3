#pragma once

#include "schema/assistant.hpp"

namespace trunkline::testing {

/// Brightsmile Dental, a small practice in New York: the assistant that tests talk to.
/// Open Monday to Friday 8 to 17, Saturday 9 to 13.
assistant sample_assistant();

} // namespace trunkline::testing
