#pragma once

#include "schema/records.hpp"

#include <chrono>

namespace trunkline {

/// What the machine's clock says. For records and people; what is measured uses a steady clock.
inline timestamp wall_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

} // namespace trunkline
