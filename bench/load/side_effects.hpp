#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace trunkline {

/// What the calls of a run have left in the engine's records.
struct side_effects {
  uint64_t kept = 0;    ///< appointments and messages
  uint64_t doubled = 0; ///< of them, rows that say again what another row of the same call says
};

/// Of the admin API's lists (their JSON) what belongs to these calls. Nothing: a list cannot be
/// read, or is as long as the API makes them, so that rows may be missing.
std::optional<side_effects> count_side_effects(std::string_view appointments,
                                               std::string_view messages,
                                               const std::set<std::string>& call_sids);

} // namespace trunkline
