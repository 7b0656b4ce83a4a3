#include "infra/caf/shard_scheduler.hpp"

#include <utility>

namespace trunkline {

namespace {

// Messages an actor may handle in one go before others get their turn.
constexpr size_t messages_per_turn = 32;

} // namespace

caf::disposable shard_clock::schedule_periodically(time_point first_run, caf::action what,
                                                   duration_type period) {
  auto handle = what.as_disposable();
  auto* here = shard::current();
  if (!here)
    here = shards_[next_.fetch_add(1, std::memory_order_relaxed) % shards_.size()].get();
  here->add_timer(first_run, std::move(what), period);
  return handle;
}

shard_scheduler::shard_scheduler(caf::actor_system& system,
                                 const std::vector<std::shared_ptr<boost::asio::io_context>>& loops)
    : caf::scheduler::abstract_coordinator(system), clock_(shards_) {
  for (size_t i = 0; i < loops.size(); ++i)
    shards_.push_back(std::make_unique<shard>(system, i, messages_per_turn, loops[i]));
}

shard_scheduler::~shard_scheduler() = default;

void shard_scheduler::enqueue(caf::resumable* job) {
  auto* target = home_of(job);
  if (!target)
    target = shard::current();
  if (!target)
    target = shards_[next_.fetch_add(1, std::memory_order_relaxed) % shards_.size()].get();
  target->run_soon(job);
}

void shard_scheduler::start() {
  for (auto& one : shards_)
    one->start();
  caf::scheduler::abstract_coordinator::start();
}

void shard_scheduler::stop() {
  stop_actors();
  for (auto& one : shards_)
    one->stop();
  for (bool any = true; any;) {
    any = false;
    for (auto& one : shards_)
      any |= one->release_rest();
  }
}

} // namespace trunkline
