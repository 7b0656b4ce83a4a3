#include "tests/support/deterministic.hpp"

#include "infra/caf/actor_host.hpp"

#include <caf/init_global_meta_objects.hpp>

namespace trunkline::testing {

void init_actor_types_once() {
  static const bool once = [] {
    init_actor_types();
    caf::init_global_meta_objects<caf::id_block::trunkline_actors>();
    return true;
  }();
  (void)once;
}

deterministic::deterministic() {
  init_actor_types_once();
  config_.set("caf.scheduler.policy", "testing");
  system_ = std::make_unique<caf::actor_system>(config_);
  live_.emplace(*system_);
  // Far from the epoch, as a steady clock is.
  coordinator().advance_time(std::chrono::hours{1});
}

deterministic::~deterministic() {
  live_.reset();
  system_.reset();
}

caf::scheduler::test_coordinator& deterministic::coordinator() {
  return static_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

void deterministic::drain() {
  coordinator().run();
}

void deterministic::advance(std::chrono::milliseconds by) {
  constexpr std::chrono::milliseconds step{10};
  drain();
  for (auto left = by; left.count() > 0; left -= step) {
    coordinator().advance_time(std::min(left, step));
    drain();
  }
}

std::chrono::steady_clock::time_point deterministic::now() {
  return system_->clock().now();
}

} // namespace trunkline::testing
