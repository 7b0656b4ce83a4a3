#pragma once

#include "schema/failure.hpp"

#include <cstdint>
#include <string_view>

namespace trunkline {

/// What a process has used so far.
struct process_usage {
  double cpu_s = 0; ///< user and system
  uint64_t rss_bytes = 0;
  uint64_t threads = 0, descriptors = 0; ///< the latter 0 when they may not be counted
};

/// From /proc; not_found when there is no such process any more.
result<process_usage> usage_of(int64_t pid);

/// The two texts usage_of() reads; 0 CPU or memory for what is not there.
process_usage parse_usage(std::string_view stat, long ticks_per_s, uint64_t page_bytes);

} // namespace trunkline
