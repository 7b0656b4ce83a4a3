#pragma once

#include "infra/providers/stt_provider.hpp"
#include "infra/speech/speech_model.hpp"
#include "infra/work/worker_pool.hpp"
#include "schema/assistant.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

struct embedded_stt_settings {
  size_t decoders = 2;                ///< pairs, about 20 MB each: utterances decoded at a time
  size_t utterances_waiting_max = 32; ///< for a pair; beyond it: rejected at once
  std::chrono::milliseconds utterance_max{20000}; ///< audio beyond it is not decoded
  std::chrono::milliseconds pre_roll{300};        ///< kept from before speech_started
  std::chrono::milliseconds interim_every{200};   ///< of audio, at most
  float agreement_min = 0.4f;                     ///< of the grammar's words with the trigram's
  float confidence_min = 0.6f; ///< of the trigram; accepted without the grammar's agreement
  std::filesystem::path scratch = std::filesystem::temp_directory_path();
};

/// The recogniser inside the process, "embedded": pocketsphinx with a grammar and a trigram side by
/// side, both made from one assistant's configuration. The text is the trigram's. It is accepted
/// when the grammar agrees with it or its posterior is high, else `rejected`; both texts are in the
/// alternatives, for emergency words. English only.
///
/// Audio is decoded on the pool in slices of 100 ms while the caller speaks. A pair of decoders
/// serves one utterance at a time; without a free one the audio waits, bounded. Outlived by the
/// pool. Sessions may outlive it. Thread safe.
class embedded_stt : public stt_provider {
public:
  /// Builds the models and one pair of decoders: about half a second. The other pairs follow on the
  /// pool. unavailable: the acoustic model is missing or the scratch directory cannot be written.
  static result<std::unique_ptr<embedded_stt>> make(worker_pool& pool, const assistant& who,
                                                    embedded_stt_settings settings);
  ~embedded_stt() override;

  std::string name() const override { return "embedded"; }
  std::unique_ptr<stt_session> open(stt_sink sink) override;

  /// Words the dictionary lacks and what became of them.
  const std::vector<dictionary_gap>& gaps() const;

private:
  class engine;
  class session;
  explicit embedded_stt(std::shared_ptr<engine> shared);
  std::shared_ptr<engine> engine_;
};

/// The share of the grammar's words that the trigram heard in the same order.
float word_agreement(const std::string& grammar, const std::string& trigram);

} // namespace trunkline
