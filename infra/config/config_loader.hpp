#pragma once

#include "infra/config/config_node.hpp"
#include "schema/config.hpp"
#include "schema/failure.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

using variables = std::map<std::string, std::string>;

/// What an engine is configured from. Flag > environment > file > default.
struct config_sources {
  std::optional<std::filesystem::path> file;
  variables environment; ///< see process_environment(); an empty value counts as not set
  variables flags;       ///< by key: {"limits.max_calls", "50"}
};

/// A configuration and how it came about. With problems it is not to be used.
struct loaded_config {
  engine_config config;
  variables origins; ///< by key: "default", the variable, "--set", or file:line:column
  std::vector<config_problem> problems;
};

/// Reads the sources once and checks all of them; blocks on the file. Never throws.
loaded_config read_config(const config_sources& sources);

/// The same as a value: `bad_input` with all problems, a line each.
result<engine_config> load_config(const config_sources& sources);

} // namespace trunkline
