#pragma once

#include "actors/call/call_actor.hpp"
#include "actors/engine/assistant_services.hpp"
#include "actors/providers/providers_actor.hpp"
#include "actors/records/extraction_actor.hpp"
#include "infra/caf/actor_host.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace trunkline {

/// Joins calls to what they talk through: the services of their assistant on their shard, the order
/// in which this call tries them, and the actors that speak to them. Used from any
/// shard.
class call_wiring {
public:
  /// `seed`: of the services that calls draw by weight.
  call_wiring(std::shared_ptr<trunkline::store> rows, std::shared_ptr<provider_board> board,
              std::chrono::milliseconds frame_silence, uint64_t seed = std::random_device{}());

  /// What is asked about calls that are over ends now, for the engine does.
  void close() { room_->close(); }
  /// Fills in tools, prompt, services and starters, from `setup.who` and `setup.use`.
  call_setup complete(size_t shard, call_setup setup);

private:
  using service_orders = std::map<child_role, std::vector<size_t>>;

  service_orders draw_orders(const assistant_providers& use);
  call_services services_of(const assistant_providers& use, const service_orders& orders) const;
  void add_voices(child_starters& start, const assistant_providers& use,
                  const service_orders& orders, const turn_settings& turns) const;
  void add_starters(child_starters& start, const assistant_providers& use, service_orders orders,
                    const call_setup& setup) const;
  void add_extraction(child_starters& start, const assistant_providers& use,
                      const std::vector<size_t>& order, const call_setup& setup) const;

  const std::shared_ptr<trunkline::store> rows_;
  const std::shared_ptr<provider_board> board_;
  const std::chrono::milliseconds frame_silence_;
  std::mutex random_mutex_;
  std::mt19937_64 random_;
  const std::shared_ptr<extraction_room> room_ = std::make_shared<extraction_room>();
};

/// How each outside service of these assistants is tried, on shard 0. `speech`: for recognisers,
/// mu-law.
std::map<size_t, probe_starter> probes_of(const std::vector<served_assistant>& all,
                                          std::shared_ptr<const std::vector<uint8_t>> speech);

} // namespace trunkline
