#pragma once

#include "actors/call/ladder.hpp"
#include "actors/providers/phrase_renderer.hpp"
#include "actors/providers/provider_board.hpp"
#include "infra/net/client_loop.hpp"
#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"
#include "infra/speech/phrase_cache.hpp"
#include "infra/store/store.hpp"
#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// A service and its place on the board.
template<class Provider>
struct listed_service {
  std::shared_ptr<Provider> provider; ///< counted on the board
  size_t endpoint = 0;
  std::string voice_key{};             ///< tts: how the voice sounds, for the phrase cache
  std::shared_ptr<Provider> outside{}; ///< the same uncounted, for trials; null: needs none
};

/// What one assistant's calls talk through on one shard, in fallback order; at least one of each.
struct assistant_providers {
  std::vector<listed_service<stt_provider>> stts;
  std::vector<listed_service<llm_provider>> llms;
  std::vector<listed_service<tts_provider>> ttss;
  std::vector<unsigned> stt_weights{}, llm_weights{}, tts_weights{}; ///< empty: the list's order
  std::shared_ptr<llm_provider> template_answers;                    ///< L2: needs nothing outside
  std::shared_ptr<phrase_cache> phrases; ///< L2: the fixed phrases are kept in it
  std::vector<std::shared_ptr<phrase_renderer>> renderers{}; ///< at work in the background
  /// Recognisers and voices of the assistant's further languages, by tag; nothing else of these is
  /// used. A language that is not here has those above.
  std::map<std::string, std::shared_ptr<const assistant_providers>> languages{};
};

/// The parts an engine is given; everything else it makes itself.
struct engine_parts {
  std::shared_ptr<trunkline::store> rows;
  std::string engine_id; ///< of the calls it takes; see engine_id_of()
  /// Called for each version of an assistant on each shard: at start, and when one changes, then
  /// on a thread that is no shard's. By one thread at a time; may block.
  std::function<result<assistant_providers>(const assistant&, client_loop&)> providers;
  std::shared_ptr<provider_board> board; ///< null: one of its own
  std::function<timestamp()> wall_clock; ///< null: the system's
  ladder rungs{};                        ///< that calls may take; all but in tests
  /// How late the event loops were since the last question; null: it is measured.
  std::function<std::chrono::milliseconds()> lag{};
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
