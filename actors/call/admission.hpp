#pragma once

#include "schema/assistant.hpp"

#include <cstddef>
#include <string_view>

namespace trunkline {

/// Calls at this moment, reservations counted.
struct calls_now {
  size_t all = 0, of_assistant = 0, of_tenant = 0;
};

/// Why one more call to `who` finds no room, as refusals are counted: full, tenant_full or
/// assistant_full; empty: it does. Limits of 0 are none, but the engine's is one always.
constexpr std::string_view no_room_for(const assistant& who, size_t max_calls,
                                       const calls_now& live) {
  if (live.all >= max_calls)
    return "full";
  if (who.tenant_max_calls != 0 && live.of_tenant >= who.tenant_max_calls)
    return "tenant_full";
  if (who.max_calls != 0 && live.of_assistant >= who.max_calls)
    return "assistant_full";
  return {};
}

} // namespace trunkline
