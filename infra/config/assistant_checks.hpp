#pragma once

#include "schema/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// Why `who` cannot be recorded: recordings need a data key.
std::optional<std::string> missing_data_key(const assistant& who, const engine_config& config);

/// Why an engine of this configuration cannot take `who` from the database, a line each: its id, a
/// number or `default` is of an assistant that a file configures, or a service it lists is not set
/// up.
std::vector<std::string> conflicts_of(const assistant& who, const engine_config& config);

/// "configured in FILE, which is read-only; ..." when a file owns the id.
std::optional<std::string> owner_file_of(const std::string& id, const engine_config& config);

} // namespace trunkline
