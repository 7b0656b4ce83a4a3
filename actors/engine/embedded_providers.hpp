#pragma once

#include "actors/engine/engine.hpp"
#include "schema/config.hpp"

#include <memory>

namespace trunkline {

/// The providers that need no account, key or network, and their worker pools. Must outlive the
/// engine that uses them. Renders each assistant's greeting and the L2 phrases into memory, so that
/// they are there when everything else has failed.
class embedded_providers {
public:
  explicit embedded_providers(const engine_config& config);
  ~embedded_providers();

  /// About a second for each assistant: grammar, trigram and decoders are made here.
  result<assistant_providers> make(const assistant& who);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace trunkline
