#pragma once

#include "bench/load/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace trunkline {

/// A call of a load test, drawn before anything is measured.
struct planned_call {
  uint64_t number = 0;
  double at_s = 0;    ///< open arrival: when it is placed; closed: when its caller was free
  size_t caller = 0;  ///< of the scenario's
  double seconds = 0; ///< how long the caller stays
};

struct stage_window {
  double from_s = 0, to_s = 0;
};

/// Everything that is decided in advance; the same scenario and seed make the same plan.
struct arrival_plan {
  std::vector<planned_call> open; ///< by time
  std::vector<stage_window> windows;
  double seconds = 0;  ///< of all stages
  size_t live_max = 0; ///< calls at the same time, if each lasts as planned
  std::string hash{};

  /// The stage at a time; what comes after the last belongs to the last.
  size_t stage_at(double s) const;
};

/// bad_input: more calls than anybody wants to keep (a million).
result<arrival_plan> make_plan(const load_scenario& scenario);

/// Who makes call `number`, and for how long; `at_s` is left alone.
planned_call draw_call(const load_scenario& scenario, uint64_t number);

/// Descriptors the generator needs for that many calls at the same time.
size_t descriptors_for(size_t live_max);

} // namespace trunkline
