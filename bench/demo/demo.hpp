#pragma once

#include "actors/engine/serve.hpp"
#include "schema/config.hpp"

#include <ostream>

namespace trunkline {

/// Plays the four calls of the demo against an engine that is ready, one after the other: books an
/// appointment, asks and interrupts, leaves a message, an emergency. Prints dialogues with their
/// waterfalls, then the rows stored and the metrics that moved. True when every call ended as its
/// script expects.
bool play_demo(const serving& where, const engine_config& config, std::ostream& out,
               std::ostream& err);

} // namespace trunkline
