#include "infra/caf/live_system.hpp"

#include "infra/caf/shard.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

namespace trunkline {

namespace {

std::shared_mutex& mutex() {
  static std::shared_mutex one;
  return one;
}
// One in a process; tests have a few.
std::vector<const caf::actor_system*>& live() {
  static std::vector<const caf::actor_system*> all;
  return all;
}

} // namespace

live_system::live_system(caf::actor_system& system) : system_(system) {
  const std::lock_guard lock{mutex()};
  live().push_back(&system);
}

live_system::~live_system() {
  const std::lock_guard lock{mutex()}; // waits for those who are sending
  std::erase(live(), &system_);
}

outside_pass::outside_pass(const caf::actor_system& system) {
  if (shard::current())
    return;
  lock_ = std::shared_lock{mutex()};
  good_ = std::find(live().begin(), live().end(), &system) != live().end();
}

} // namespace trunkline
