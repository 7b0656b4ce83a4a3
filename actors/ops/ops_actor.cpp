#include "actors/ops/ops_actor.hpp"

#include "infra/log/log.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace trunkline {

ops_state::ops_state(ops_actor::pointer self, ops_setup setup)
    : self(self), guard(self), setup(std::move(setup)) {}

ops_actor::behavior_type ops_state::make_behavior() {
  tell_later(self, self_handle<ops_actor>(self), renew_every, tick_atom_v);
  if (setup.look_for_assistants)
    tell_later(self, self_handle<ops_actor>(self), setup.assistants_every, beat_atom_v);
  renew();
  purge();
  return {
      [this](tick_atom) {
        tell_later(self, self_handle<ops_actor>(self), renew_every, tick_atom_v);
        renew();
        if (++renewals % write_every == 0)
          write();
        if (renewals % purge_every == 0)
          purge();
        sweep();
      },
      [this](rows_deleted& done) { purged(done); },
      [this](beat_atom) {
        tell_later(self, self_handle<ops_actor>(self), setup.assistants_every, beat_atom_v);
        setup.look_for_assistants();
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

// Orders that are still under way go on. When the database is away, in an hour.
void ops_state::purge() {
  if (!setup.due_purges || setup.rows->away() || !purges.empty())
    return;
  sweep_due = true;
  for (auto& order : setup.due_purges(setup.wall_clock()))
    purges.push_back(std::move(order));
  purge_some();
}

void ops_state::purge_some() {
  if (purges.empty())
    return;
  const auto gone = std::make_shared<std::optional<uint64_t>>();
  const auto job = [order = purges.front(), gone](repository& rows) -> result<void> {
    const auto done = rows.purge(order, purged_at_once);
    if (!done)
      return done.error();
    *gone = *done;
    return {};
  };
  const bool taken =
      setup.rows->write(job, [gone, me = self_handle<ops_actor>(self)](const result<void>& done) {
        tell_from_outside(me, rows_deleted{done && *gone ? **gone : 0, done.has_value()});
      });
  if (!taken)
    purged({0, false});
}

void ops_state::purged(const rows_deleted& done) {
  if (purges.empty())
    return;
  rows_purged += done.rows;
  if (!done.good) {
    log_event(log_level::warn, "retention.late", {{"error", "the store did not take it"}});
    purges.clear();
  } else if (done.rows == 0) {
    const auto& order = purges.front();
    if (rows_purged > 0)
      log_event(log_level::info, "retention.deleted",
                {{"rows", rows_purged},
                 {"kind", std::string{kept_kind_names[static_cast<size_t>(order.what)]}},
                 {"tenant", order.tenant_id}});
    purges.pop_front();
    rows_purged = 0;
  }
  purge_some();
}

// A file whose row is still on its way is not one whose row is gone.
void ops_state::sweep() {
  if (!setup.sweep_files || !sweep_due || !purges.empty() || setup.rows->away() ||
      setup.rows->condition().waiting > 0)
    return;
  sweep_due = !setup.rows->write([files = setup.sweep_files](repository& rows) -> result<void> {
    const auto done = files(rows);
    return done ? result<void>{} : done.error();
  });
}

void ops_state::write() {
  if (!setup.rows->put(setup.collect()))
    log_event(log_level::warn, "metrics.minute_lost", {{"error", "the store's queue is full"}});
}

} // namespace trunkline
