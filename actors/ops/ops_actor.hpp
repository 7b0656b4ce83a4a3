#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"
#include "infra/store/store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

struct ops_setup {
  std::shared_ptr<store> rows;
  std::function<std::vector<system_metric_record>()> collect;
  std::string engine_id; ///< empty: no lease is kept
  std::function<timestamp()> wall_clock;
};

/// Writes the live metrics into `system_metrics` every minute, so that history can be queried
/// without Prometheus. When the store is full the minute is lost and counted in the log. Keeps the
/// engine's lease and closes the calls of engines that are gone.
struct ops_state {
  static inline const char* name = "ops";
  static constexpr std::chrono::seconds renew_every{15}, lease{60};
  static constexpr unsigned write_every = 4; ///< renewals

  ops_state(ops_actor::pointer self, ops_setup setup);

  ops_actor::behavior_type make_behavior();

private:
  void renew();
  void write();

  ops_actor::pointer self;
  actor_guard guard;
  ops_setup setup;
  unsigned renewals = 0;
};

} // namespace trunkline
