#pragma once

#include "infra/caf/live_system.hpp"
#include "infra/caf/shard_scheduler.hpp"

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace trunkline {

/// The actor system on its shards. One a process (tests may make several, one after the other).
/// Destroying it waits until all actors have ended: stop them first.
class actor_host {
public:
  /// `shards` 0: one a core.
  explicit actor_host(size_t shards = 0);
  ~actor_host();

  /// Waits until all actors have ended and ends the threads. The io_contexts stay until the host is
  /// destroyed, so that sockets can go in between. Idempotent; system() and at() end with it.
  void stop();

  caf::actor_system& system() noexcept { return *system_; }
  size_t shards() const noexcept { return loops_.size(); }
  shard& at(size_t index) { return *scheduler_->shards().at(index); }
  std::vector<boost::asio::io_context*> loops();

  /// Starts a top-level actor with a home; the actors it spawns share that home.
  template<class Impl, class... Ts>
  auto spawn_on(size_t index, Ts&&... xs) {
    caf::actor_config config{&at(index)};
    return system_->spawn_class<Impl, caf::no_spawn_options>(config, std::forward<Ts>(xs)...);
  }

private:
  std::vector<std::shared_ptr<boost::asio::io_context>> loops_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::optional<live_system> live_;
  shard_scheduler* scheduler_ = nullptr;
};

/// Registers our message types with CAF; once a process, before any actor system.
void init_actor_types();

} // namespace trunkline
