#pragma once

#include "bench/carrier/simulated_call.hpp"

#include <string>

namespace trunkline::testing {

/// Where the carrier asks first when the number's calls come by this channel.
const char* incoming_path(const std::string& channel);

/// The words of a script's lines, each with one short sound, said without delay.
call_plan plan_of(const std::string& script);

} // namespace trunkline::testing
