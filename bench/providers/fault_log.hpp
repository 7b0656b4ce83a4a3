#pragma once

#include "bench/providers/fault.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace trunkline {

/// A fault that was really made, at the moment at which it was.
struct injected_fault {
  std::string service{}; ///< "deepgram"
  bool socket = false;   ///< else a request
  uint64_t stream = 0;   ///< number of the service's request or socket, from 1, each for itself
  fault_plan fault;
};
using fault_watch = std::function<void(const injected_fault&)>;

/// {"at_ms":...,"service":"deepgram","socket":4,"fault":"stall","ms":3000}; `at_ms` since 1970;
/// a request has "request", a status its "status", what comes midway its "pieces".
std::string fault_log_line(const injected_fault& what, int64_t at_ms);

} // namespace trunkline
