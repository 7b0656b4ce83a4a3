#pragma once

#include "schema/failure.hpp"

#include <span>
#include <string_view>

namespace trunkline {

/// Trouble that has a name: which services meet which faults.
struct fault_profile {
  std::string_view name, about;
  std::span<const std::string_view> faults; ///< as for --fault: "deepgram:stall,share=5"
};

std::span<const fault_profile> fault_profiles();

/// bad_input names the nearest one, or all.
result<fault_profile> find_fault_profile(std::string_view name);

} // namespace trunkline
