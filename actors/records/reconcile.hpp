#pragma once

#include "infra/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// Tools that were under way when their engine died, with what became of them.
struct reconciled_tools {
  turn_record turn; ///< an agent turn without words that holds their results
  std::vector<tool_run_record> runs;
  std::string say; ///< what the caller has to hear of it; may be empty
};

/// Nothing when no tool is open. Pure: `known.booked` says what the database has of them. What is
/// not there was not done, and the agent is told so; it may ask again, and the same again is the
/// same.
std::optional<reconciled_tools> reconcile(const stored_call& known, timestamp now);

} // namespace trunkline
