#pragma once

#include <caf/actor_system.hpp>

#include <shared_mutex>

namespace trunkline {

/// An actor system that other threads may send to. Their handles outlive it (a store's thread has
/// one for each row it still writes), and sending by such a handle would touch what is gone.
class live_system {
public:
  explicit live_system(caf::actor_system& system);
  ~live_system();
  live_system(const live_system&) = delete;
  live_system& operator=(const live_system&) = delete;

private:
  const caf::actor_system& system_;
};

/// While it lives, the system does too, if it is one: else whatever was to be sent is forgotten.
/// Costs nothing on a shard, whose thread ends before the system.
class outside_pass {
public:
  explicit outside_pass(const caf::actor_system& system);
  explicit operator bool() const { return good_; }

private:
  std::shared_lock<std::shared_mutex> lock_;
  bool good_ = true;
};

} // namespace trunkline
