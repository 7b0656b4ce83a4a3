#pragma once

#include "infra/config/config_node.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// A personality that an assistant may begin with; see schema/presets.toml.
struct preset {
  std::string name;
  std::string summary;
  config_node keys; ///< of [[assistants]]
};

const std::vector<preset>& presets();

/// What is wrong with the name of a preset.
std::optional<std::string> check_preset(const std::string& name);

/// An assistant's table with the keys of its preset that it does not have itself. Unchanged when it
/// names none, or none that is known.
config_node with_preset(const config_node& table);

} // namespace trunkline
