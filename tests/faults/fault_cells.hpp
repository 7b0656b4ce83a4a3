#pragma once

#include "infra/config/service_entry.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace trunkline::testing {

/// One cell of the fault matrix: a role's first service suffers a fault; what must come of it.
struct fault_cell {
  enum class moment { from_the_start, mid_call };

  service_role role;
  std::string fault; ///< as parse_fault() reads it, or "tls=wrong_name", "tls=expired"
  moment when = moment::mid_call;
  bool second_too = false;           ///< the role's second service suffers it as well
  std::string rung;                  ///< the highest that is taken; "" when none is needed
  std::string heard = "nine to one"; ///< part of what the caller must hear in the end

  std::string name() const;
};

const std::vector<fault_cell>& fault_cells();
void PrintTo(const fault_cell& cell, std::ostream* out);

} // namespace trunkline::testing
