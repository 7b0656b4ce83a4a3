#pragma once

#include "infra/config/config_node.hpp"
#include "schema/assistant.hpp"
#include "schema/failure.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// Reads `[[assistants]]`. Everything that is wrong becomes a problem; `file` names the source in
/// them. The list is only to be used when there was none.
std::vector<assistant> read_assistants(const config_node& list, const std::string& file,
                                       std::vector<config_problem>& problems);

/// The sample practice that the binary carries, for an engine without configuration.
result<std::vector<assistant>> built_in_assistants();

/// "mon-fri 08:00-17:00", "sat 09:00-13:00", "sun,wed 10:00-24:00". Days may wrap ("sat-mon").
result<std::vector<opening>> parse_hours(std::string_view text);

/// The canonical content as JSON, keys sorted, without the version.
std::string assistant_json(const assistant& who);
/// The first 12 hexadecimal digits of the canonical content's SHA-256.
std::string assistant_version(const assistant& who);

} // namespace trunkline
