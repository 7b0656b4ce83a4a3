#pragma once

#include "actors/engine/embedded_providers.hpp"
#include "actors/engine/engine.hpp"
#include "infra/config/service_entry.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// Makes what an assistant's calls talk through: the services its lists name, embedded or outside,
/// each counted on the board, voices behind the phrase cache. Phrases that outside voices have not
/// spoken yet are rendered in the background. Each further language of the assistant has
/// recognisers and voices of its own. Must outlive the engine that uses it. Used by one thread at a
/// time.
class provider_factory {
public:
  provider_factory(const engine_config& config, std::shared_ptr<provider_board> board);

  /// For one shard; the first call for a version of an assistant prepares what is shared.
  result<assistant_providers> make(const assistant& who, client_loop& loop);

private:
  result<void> add_speech(assistant_providers& to, const assistant& who, client_loop& loop);
  result<void> add_recognisers(assistant_providers& to, const assistant& who, client_loop& loop);
  result<void> add_models(assistant_providers& to, const assistant& who, client_loop& loop);
  result<void> add_voices(assistant_providers& to, const assistant& who, client_loop& loop);
  size_t endpoint(const char* role, const service_entry& entry, const assistant& who,
                  std::chrono::milliseconds slow);

  const engine_config& config_;
  const std::shared_ptr<provider_board> board_;
  embedded_providers embedded_;
  std::map<std::string, std::string> prepared_; ///< version by assistant and language
  std::map<std::string, std::string> rendered_; ///< version by assistant, language and voice
};

} // namespace trunkline
