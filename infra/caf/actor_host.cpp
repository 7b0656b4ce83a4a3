#include "infra/caf/actor_host.hpp"

#include "infra/caf/error.hpp"

#include <caf/init_global_meta_objects.hpp>

#include <algorithm>
#include <string>
#include <thread>

namespace trunkline {

void init_actor_types() {
  caf::init_global_meta_objects<caf::id_block::trunkline_infra>();
  caf::core::init_global_meta_objects();
}

actor_host::actor_host(size_t shards) {
  if (shards == 0)
    shards = std::max(1u, std::thread::hardware_concurrency());
  // Only actors named here are measured; CAF keeps no per-actor metric otherwise.
  config_.set("caf.metrics-filters.actors.includes", std::vector<std::string>{"*"});
  config_.set("caf.logger.console.verbosity", "quiet");
  config_.set("caf.logger.file.verbosity", "quiet");
  config_.module_factories.push_back(
      [this, shards](caf::actor_system& system) -> caf::actor_system::module* {
        scheduler_ = new shard_scheduler(system, shards); // CAF owns it
        return scheduler_;
      });
  system_ = std::make_unique<caf::actor_system>(config_);
}

actor_host::~actor_host() = default;

std::vector<boost::asio::io_context*> actor_host::loops() {
  std::vector<boost::asio::io_context*> all;
  for (auto& one : scheduler_->shards())
    all.push_back(&one->io());
  return all;
}

} // namespace trunkline
