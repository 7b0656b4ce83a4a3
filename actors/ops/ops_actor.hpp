#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"
#include "infra/store/store.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace trunkline {

/// Writes the live metrics into `system_metrics` every minute, so that history can be queried
/// without Prometheus. When the store is full the minute is lost and counted in the log.
struct ops_state {
  static inline const char* name = "ops";
  static constexpr std::chrono::seconds write_every{60};

  ops_state(ops_actor::pointer self, std::shared_ptr<trunkline::store> rows,
            std::function<std::vector<system_metric_record>()> collect);

  ops_actor::behavior_type make_behavior();

private:
  void write();

  ops_actor::pointer self;
  actor_guard guard;
  std::shared_ptr<trunkline::store> rows;
  std::function<std::vector<system_metric_record>()> collect;
};

} // namespace trunkline
