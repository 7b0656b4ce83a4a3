#pragma once

#include "schema/failure.hpp"

#include <cstddef>
#include <string_view>

namespace trunkline {

/// Open files of an engine with so many calls: about three each (docs/capacity.md).
constexpr size_t descriptors_for_calls(size_t calls) {
  return 100 + 3 * calls;
}

/// Makes room for that many open files in this process. `quota`: how many `what` needs, how many
/// are allowed, and what to do.
result<void> ensure_descriptors(size_t needed, std::string_view what);

} // namespace trunkline
