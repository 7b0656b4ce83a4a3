#pragma once

#include "infra/cli/command_line.hpp"
#include "infra/config/config_loader.hpp"
#include "schema/failure.hpp"

#include <iosfwd>
#include <string>

namespace trunkline {

/// The sources that a command's options name: the process environment, completed (never overruled)
/// by the .env file.
result<config_sources> sources_of(const config_options& options);

/// Loads for a command: the configuration, or the problems on `err` and nothing.
std::optional<engine_config> config_for(const config_options& options, std::ostream& err);

/// `config check`: 0, or 2 with a line for each problem on `err`. Includes check_listeners.
int config_check(const config_sources& sources, std::ostream& out, std::ostream& err);

/// `config show`: each setting with its value and origin on `out`; secrets are masked.
int config_show(const config_sources& sources, bool json, std::ostream& out, std::ostream& err);

/// `config init`: a commented file with every setting and the sample practice. `file` "-" writes to
/// `out`; empty: trunkline.toml. An existing file stays as it is without `force`.
int config_init(const std::string& file, bool force, std::ostream& out, std::ostream& err);

/// The content that config_init writes.
std::string initial_config();

} // namespace trunkline
