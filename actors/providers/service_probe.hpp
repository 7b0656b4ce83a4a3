#pragma once

#include "infra/providers/llm_provider.hpp"
#include "infra/providers/stt_provider.hpp"
#include "infra/providers/tts_provider.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace trunkline {

/// One small real request to a service, off any call: its sockets, credentials and answers. Costs
/// what a few words cost. Destroying it cancels; on the provider's thread.
class service_probe {
public:
  /// Once; how long the first answer took, or the vendor's own words why not. May come within
  /// start_probe(), and from any thread. Do not destroy the probe in there.
  using on_done = std::function<void(result<std::chrono::milliseconds>)>;
  virtual ~service_probe() = default;
};

/// The model is asked for one word.
std::unique_ptr<service_probe> start_probe(std::shared_ptr<llm_provider> model,
                                           service_probe::on_done done);
/// The voice says one word.
std::unique_ptr<service_probe> start_probe(std::shared_ptr<tts_provider> voice,
                                           service_probe::on_done done);
/// The recogniser is given `speech` (mu-law) and a second of silence, faster than it would be
/// spoken. Any final counts, whatever was understood.
std::unique_ptr<service_probe> start_probe(std::shared_ptr<stt_provider> recogniser,
                                           std::vector<uint8_t> speech,
                                           service_probe::on_done done);

} // namespace trunkline
