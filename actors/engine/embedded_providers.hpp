#pragma once

#include "actors/engine/engine.hpp"
#include "schema/config.hpp"

#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// The providers that need no account, key or network, and their worker pools. Must outlive the
/// engine that uses them. Prepared by one thread at a time; what is given is thread safe.
class embedded_providers {
public:
  explicit embedded_providers(const engine_config& config);
  ~embedded_providers();

  /// Once for each version of an assistant, whose last one is forgotten. Renders its greeting and
  /// the L2 phrases into memory, so that they are there when everything else has failed. With
  /// `recogniser` it takes half a second: grammar, trigram and a pair of decoders are made. What an
  /// earlier process rendered is read from the state directory.
  result<void> prepare(const assistant& who, bool recogniser);
  /// Of the version that was prepared last; null when it was prepared without.
  std::shared_ptr<stt_provider> recogniser(const assistant& who) const;
  std::shared_ptr<tts_provider> voice() const;
  std::shared_ptr<llm_provider> agent() const;
  std::shared_ptr<phrase_cache> phrases() const;

  /// Prepares the assistant and gives everything embedded, on the board.
  result<assistant_providers> make(const assistant& who, provider_board& board);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// How the embedded voice of an assistant is named in the phrase cache.
std::string embedded_voice_key(const assistant& who);
/// What is rendered ahead for an assistant in the language it speaks now: its greeting, its
/// emergency line, and the phrases of the catalogue that our own voice says.
std::vector<std::string> fixed_phrases(const assistant& who);

} // namespace trunkline
