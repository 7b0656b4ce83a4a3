#pragma once

#include "infra/store/repository.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// Whose data, who asks, and why.
struct data_request {
  std::string tenant_id;
  std::string number; ///< E.164
  std::string actor;  ///< of the audit row
  std::string reason; ///< for the audit log; it must not name the person
  timestamp now{};
};

/// All that is kept of a caller as one JSON document. An audit row says that it was given out.
result<std::string> export_caller(repository& rows, const data_request& request);

struct erasure {
  erased_rows rows;
  size_t dead_letters = 0;
  std::vector<std::string> recordings; ///< ids; their keys are gone, their files are not
  size_t cancelled = 0;                ///< upcoming appointments
};
/// So long the last rows of a call may be on their way.
inline constexpr std::chrono::minutes settling{2};
/// Erases a caller, all or nothing, and says so in the audit log. `conflict`, one line that says
/// what to do: a call that is not over for `settling` yet, whose last rows may be on their way, or
/// upcoming appointments that may not be cancelled. `not_found`: nothing is kept of the number.
result<erasure> erase_caller(repository& rows, const data_request& request, bool cancel_upcoming);

} // namespace trunkline
