#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"
#include "infra/store/store.hpp"

#include <deque>
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
  std::function<std::vector<purge_order>(timestamp)> due_purges; ///< none: nothing is deleted
  /// Removes the files of rows that are gone, on the store's thread; none: there are none.
  std::function<result<size_t>(repository&)> sweep_files{};
  /// Looks, elsewhere, whether the database's assistants have changed; none: they are not looked
  /// at.
  std::function<void()> look_for_assistants{};
  std::chrono::seconds assistants_every{10};
};

/// Writes the live metrics into `system_metrics` every minute, so that history can be queried
/// without Prometheus. When the store is full the minute is lost and counted in the log. Keeps the
/// engine's lease and closes the calls of engines that are gone. Deletes old rows every hour, at
/// most `purged_at_once` of a kind in one job, so that other writes come in between; then the files
/// of rows that are gone, as soon as no row waits for the database. Has changed assistants looked
/// for.
struct ops_state {
  static inline const char* name = "ops";
  static constexpr std::chrono::seconds renew_every{15}, lease{60};
  static constexpr unsigned write_every = 4;   ///< renewals
  static constexpr unsigned purge_every = 240; ///< renewals; the first at the start
  static constexpr size_t purged_at_once = 500;

  ops_state(ops_actor::pointer self, ops_setup setup);

  ops_actor::behavior_type make_behavior();

private:
  void renew();
  void write();
  void purge();
  void purge_some();
  void purged(const rows_deleted& done);
  void sweep();

  ops_actor::pointer self;
  actor_guard guard;
  ops_setup setup;
  unsigned renewals = 0;
  std::deque<purge_order> purges; ///< still to do; the first one is under way
  uint64_t rows_purged = 0;       ///< of it
  bool sweep_due = true;
};

} // namespace trunkline
