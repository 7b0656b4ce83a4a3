#pragma once

#include "infra/providers/tts_provider.hpp"
#include "infra/work/worker_pool.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace trunkline {

struct flite_tts_settings {
  std::string default_voice = "slt";
  size_t sentences_queued_max = 16; ///< of one session; beyond it: overloaded, retryable
};

/// The synthesiser inside the process, "embedded". Rendering runs on the pool, sentence by
/// sentence; chunks are at most 200 ms. A full queue is a retryable failure of that sentence,
/// an unknown voice one that is not. Outlived by the pool; sessions may outlive the provider.
class flite_tts : public tts_provider {
public:
  flite_tts(worker_pool& pool, flite_tts_settings settings);
  ~flite_tts() override;

  std::string name() const override { return "embedded"; }
  std::unique_ptr<tts_session> open(const std::string& voice, tts_sink sink) override;

private:
  struct shared;
  std::shared_ptr<shared> shared_;
};

} // namespace trunkline
