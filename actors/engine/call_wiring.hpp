#pragma once

#include "actors/call/call_actor.hpp"
#include "actors/engine/engine.hpp"
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
/// in which this call tries them, and the actors that speak to them. Filled before the first call,
/// then used from any shard.
class call_wiring {
public:
  /// `seed`: of the services that calls draw by weight.
  call_wiring(std::shared_ptr<trunkline::store> rows, std::shared_ptr<provider_board> board,
              std::chrono::milliseconds frame_silence, uint64_t seed = std::random_device{}());

  /// What is asked of a model after calls of the assistant; before the first call.
  void ask_after(const assistant& who);
  /// What an assistant's calls use on one shard.
  void add(const std::string& assistant_id, size_t shard, assistant_providers services);
  /// How each outside service is tried, on shard 0. `speech`: for recognisers, mu-law.
  std::map<size_t, probe_starter> probes(const std::vector<uint8_t>& speech) const;
  /// What is asked about calls that are over ends now, for the engine does.
  void close() { room_->close(); }
  /// Fills in tools, prompt, services and starters.
  call_setup complete(size_t shard, call_setup setup);

private:
  using service_orders = std::map<child_role, std::vector<size_t>>;

  service_orders draw_orders(const assistant_providers& use);
  call_services services_of(const assistant_providers& use, const service_orders& orders) const;
  void add_languages(call_setup& setup, const assistant_providers& all,
                     const std::vector<size_t>& models);
  void add_voices(child_starters& start, const assistant_providers& use,
                  const service_orders& orders, const call_setup& setup) const;
  void add_starters(child_starters& start, const assistant_providers& use, service_orders orders,
                    const call_setup& setup) const;
  void add_extraction(child_starters& start, const assistant_providers& use,
                      const std::vector<size_t>& order, const call_setup& setup) const;

  const std::shared_ptr<trunkline::store> rows_;
  const std::shared_ptr<provider_board> board_;
  const std::chrono::milliseconds frame_silence_;
  std::map<std::pair<std::string, size_t>, assistant_providers> services_;
  std::mutex random_mutex_;
  std::mt19937_64 random_;
  std::map<std::string, json_schema> schemas_; ///< by assistant: what is asked after its calls
  const std::shared_ptr<extraction_room> room_ = std::make_shared<extraction_room>();
};

} // namespace trunkline
