#include "bench/providers/fault_log.hpp"

#include "protocol/text/json.hpp"

#include <nlohmann/json.hpp>

namespace trunkline {

std::string fault_log_line(const injected_fault& what, int64_t at_ms) {
  using kind = fault_kind;
  const auto& fault = what.fault;
  nlohmann::ordered_json line{{"at_ms", at_ms},
                              {"service", what.service},
                              {what.socket ? "socket" : "request", what.stream},
                              {"fault", to_string(fault.kind)}};
  if (fault.kind == kind::stall || fault.kind == kind::drip)
    line["ms"] = fault.pause.count();
  if (fault.kind == kind::status)
    line["status"] = fault.status;
  if (fault.kind == kind::stall || fault.kind == kind::stop || fault.kind == kind::reset)
    line["pieces"] = fault.pieces;
  return line.dump();
}

} // namespace trunkline
