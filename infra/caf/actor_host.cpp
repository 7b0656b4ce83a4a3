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
  for (size_t i = 0; i < shards; ++i)
    loops_.push_back(std::make_shared<boost::asio::io_context>(1));
  // Only actors named here are measured; CAF keeps no per-actor metric otherwise.
  config_.set("caf.metrics-filters.actors.includes", std::vector<std::string>{"*"});
  config_.set("caf.logger.console.verbosity", "quiet");
  config_.set("caf.logger.file.verbosity", "quiet");
  config_.module_factories.push_back(
      [this](caf::actor_system& system) -> caf::actor_system::module* {
        scheduler_ = new shard_scheduler(system, loops_); // CAF owns it
        return scheduler_;
      });
  system_ = std::make_unique<caf::actor_system>(config_);
  live_.emplace(*system_);
}

actor_host::~actor_host() {
  stop();
}

void actor_host::stop() {
  if (!system_)
    return;
  system_->await_all_actors_done(); // some wait for answers from outside
  live_.reset();
  system_.reset();
}

std::vector<boost::asio::io_context*> actor_host::loops() {
  std::vector<boost::asio::io_context*> all;
  for (auto& one : loops_)
    all.push_back(one.get());
  return all;
}

} // namespace trunkline
