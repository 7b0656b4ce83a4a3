#pragma once

#include "schema/failure.hpp"

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace trunkline {

/// What a stand-in service does wrong.
enum class fault_kind {
  none,
  refuse,          ///< nobody listens
  hang,            ///< the request is read and never answered
  hang_after_head, ///< status and headers, then nothing; sockets: opened, then nothing
  status,          ///< the vendor's own error with `status`; open sockets: closed
  reset,           ///< the connection is reset after `pieces` of the answer
  stop,            ///< nothing more comes after `pieces`; the connection stays
  stall,           ///< `pause` before the piece number `pieces`
  garbage,         ///< the right head, then bytes that mean nothing
  huge,            ///< an answer without end
  drip,            ///< one byte each `pause`; sockets: one message
  empty            ///< a good answer with nothing in it
};

std::string_view to_string(fault_kind kind);

/// A fault and which requests meet it.
struct fault_plan {
  fault_kind kind = fault_kind::none;
  double share = 1;         ///< of requests (sockets: connections)
  unsigned status = 500;    ///< status
  unsigned retry_after = 0; ///< status: seconds, as a header; 0: none
  unsigned pieces = 2;
  std::chrono::milliseconds pause{3000};
};

/// "hang", "status=429", "status=429,retry_after=7", "reset,pieces=3", "stall,pause=3000,share=5"
/// (percent).
result<fault_plan> parse_fault(std::string_view text);

/// A latency drawn around a middle, uniformly within `spread` of it either way.
struct latency_spread {
  std::chrono::milliseconds middle{0};
  double spread = 0.3;

  template<class Random>
  std::chrono::milliseconds draw(Random& random) const {
    std::uniform_real_distribution<double> factor{1 - spread, 1 + spread};
    return std::chrono::milliseconds{
        static_cast<int64_t>(static_cast<double>(middle.count()) * factor(random))};
  }
};

} // namespace trunkline
