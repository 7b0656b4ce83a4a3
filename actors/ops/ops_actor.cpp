#include "actors/ops/ops_actor.hpp"

#include "infra/log/log.hpp"

#include <utility>

namespace trunkline {

ops_state::ops_state(ops_actor::pointer self, ops_setup setup)
    : self(self), guard(self), setup(std::move(setup)) {}

ops_actor::behavior_type ops_state::make_behavior() {
  tell_later(self, self_handle<ops_actor>(self), renew_every, tick_atom_v);
  renew();
  return {
      [this](tick_atom) {
        tell_later(self, self_handle<ops_actor>(self), renew_every, tick_atom_v);
        renew();
        if (++renewals % write_every == 0)
          write();
      },
      [](ping_atom) {},
  };
}

// When the database is away or its queue full, the next one does it.
void ops_state::renew() {
  if (setup.engine_id.empty() || setup.rows->away())
    return;
  const auto job = [id = setup.engine_id, now = setup.wall_clock()](repository& rows) {
    const auto closed = rows.renew_lease(id, now, lease);
    if (closed && *closed > 0)
      log_event(log_level::warn, "calls.closed_for_lost_engines", {{"calls", *closed}});
    return closed ? result<void>{} : closed.error();
  };
  if (!setup.rows->write(job))
    log_event(log_level::warn, "lease.late", {{"error", "the store's queue is full"}});
}

void ops_state::write() {
  if (!setup.rows->put(setup.collect()))
    log_event(log_level::warn, "metrics.minute_lost", {{"error", "the store's queue is full"}});
}

} // namespace trunkline
