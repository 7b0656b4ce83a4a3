#include "actors/ops/ops_actor.hpp"

#include "infra/log/log.hpp"

#include <utility>

namespace trunkline {

ops_state::ops_state(ops_actor::pointer self, std::shared_ptr<trunkline::store> rows,
                     std::function<std::vector<system_metric_record>()> collect)
    : self(self), guard(self), rows(std::move(rows)), collect(std::move(collect)) {}

ops_actor::behavior_type ops_state::make_behavior() {
  tell_later(self, self_handle<ops_actor>(self), write_every, tick_atom_v);
  return {
      [this](tick_atom) { write(); },
      [](ping_atom) {},
  };
}

void ops_state::write() {
  tell_later(self, self_handle<ops_actor>(self), write_every, tick_atom_v);
  if (!rows->put(collect()))
    log_event(log_level::warn, "metrics.minute_lost", {{"error", "the store's queue is full"}});
}

} // namespace trunkline
