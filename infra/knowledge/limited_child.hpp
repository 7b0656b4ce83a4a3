#pragma once

#include "schema/failure.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace trunkline {

/// What a child process may use. Beyond it the child is killed.
struct child_limits {
  std::chrono::seconds time{20};           ///< on the clock, and of the processor
  size_t memory_bytes = size_t{512} << 20; ///< address space
  size_t output_bytes = size_t{16} << 20;
};

/// Runs a program (found by PATH) without a shell and gives what it printed. Blocks. Its standard
/// input is empty, it may write no file and has no other descriptor of ours. Failures: `not_found`
/// (no such program), `too_large` (a limit, named), `timeout`, `bad_input` (it failed; the first
/// line of what it said).
result<std::string> run_limited(const std::vector<std::string>& command,
                                const child_limits& limits);

} // namespace trunkline
