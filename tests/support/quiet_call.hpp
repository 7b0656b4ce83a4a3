#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"

#include <functional>

namespace trunkline::testing {

/// What a test wants to hear of what a call is told; null: nothing.
struct quiet_call {
  std::function<void(call_actor::pointer self, const end_agent& order)> on_end;
  std::function<void(const tool_done& done)> on_tool;
};

/// A call that only listens, in the place of a supervisor.
call_actor spawn_quiet_call(caf::actor_system& system, quiet_call wanted);

} // namespace trunkline::testing
