#pragma once

#include "actors/engine/engine.hpp"
#include "actors/tools/faq_match.hpp"
#include "actors/tools/tool_catalog.hpp"
#include "protocol/text/json_schema.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace trunkline {

/// What the calls of one version of an assistant talk through. Each call holds it, so it ends with
/// the last of them once the version has been replaced.
struct assistant_services {
  std::vector<assistant_providers> by_shard;
  std::optional<json_schema> asked; ///< what a model is asked about calls that are over
  /// Of all its calls, which differ in neither.
  std::shared_ptr<const std::vector<tool_spec>> tools{};
  std::shared_ptr<const faq_index> faq{};
};

} // namespace trunkline
