#pragma once

#include "infra/caf/shard.hpp"

#include <caf/scheduler/abstract_coordinator.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace trunkline {

/// Timers live in the heap of a shard. CAF's own clock re-sorts all timers at each schedule, which
/// costs most of a core at 10,000 pending.
class shard_clock final : public caf::actor_clock {
public:
  explicit shard_clock(std::vector<std::unique_ptr<shard>>& shards) : shards_(shards) {}

  caf::disposable schedule_periodically(time_point first_run, caf::action what,
                                        duration_type period) override;

private:
  std::vector<std::unique_ptr<shard>>& shards_;
  std::atomic<size_t> next_{0};
};

/// CAF's scheduler, replaced by the shards: jobs go to the home of their actor.
class shard_scheduler final : public caf::scheduler::abstract_coordinator {
public:
  /// One shard for each io_context.
  shard_scheduler(caf::actor_system& system,
                  const std::vector<std::shared_ptr<boost::asio::io_context>>& loops);
  ~shard_scheduler() override;

  void enqueue(caf::resumable* job) override;
  caf::actor_clock& clock() noexcept override { return clock_; }
  std::vector<std::unique_ptr<shard>>& shards() noexcept { return shards_; }

  void start() override;
  void stop() override;

private:
  std::vector<std::unique_ptr<shard>> shards_;
  shard_clock clock_;
  std::atomic<size_t> next_{0};
};

} // namespace trunkline
