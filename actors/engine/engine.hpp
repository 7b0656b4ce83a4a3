#pragma once

#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"
#include "infra/store/store.hpp"
#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// What one assistant's calls talk through, in fallback order.
struct assistant_providers {
  std::shared_ptr<stt_provider> stt;
  std::vector<std::shared_ptr<llm_provider>> llms;
  std::shared_ptr<tts_provider> tts;
};

/// The parts an engine is given; everything else it makes itself.
struct engine_parts {
  std::shared_ptr<trunkline::store> rows;
  std::function<result<assistant_providers>(const assistant&)> providers;
  std::function<timestamp()> wall_clock; ///< null: the system's
};

/// A running engine: actors on their shards, both listeners, the store. One a process (tests may
/// run several after each other). Not thread safe, except request_drain().
class engine {
public:
  /// `on_fatal` is called once, from an engine thread, when the root supervisor gave up.
  static result<std::unique_ptr<engine>> start(engine_config config, engine_parts parts,
                                               std::function<void(const std::string&)> on_fatal);
  /// Ends calls as they are and everything else, in order.
  virtual ~engine() = default;

  virtual uint16_t public_port() const = 0;
  virtual uint16_t admin_port() const = 0;
  /// What the carrier calls us.
  virtual std::string base_url() const = 0;
  /// No new calls; `done` when the last one has ended (or at once).
  virtual void request_drain(std::function<void()> done) = 0;
};

} // namespace trunkline
