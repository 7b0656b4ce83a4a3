#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/live_system.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>

namespace trunkline::testing {

/// Registers the actors' message types, once a process.
void init_actor_types_once();

/// An actor system on one thread whose clock only the test moves: nothing happens outside drain()
/// and advance().
class deterministic : public ::testing::Test {
public:
  deterministic();
  ~deterministic() override;

  /// Runs all that is ready.
  void drain();
  /// Moves the clock in steps of 10 ms and runs what becomes due.
  void advance(std::chrono::milliseconds by);
  std::chrono::steady_clock::time_point now();

  caf::actor_system& system() { return *system_; }

private:
  caf::scheduler::test_coordinator& coordinator();

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::optional<live_system> live_;
};

} // namespace trunkline::testing
