#pragma once

#include "infra/config/config_node.hpp"
#include "infra/store/assistant_versions.hpp"

#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// Reads an assistant of its own file: the keys of one [[assistants]] table, or that table with its
/// heading. `file` names it in problems, and a schema_file is looked for beside it. Nothing when
/// there are problems. `tenant`: whose it is; empty: as the file says, else its id.
std::optional<assistant> read_assistant(std::string_view text, const std::string& file,
                                        const std::string& tenant,
                                        std::vector<config_problem>& problems);

/// As the database keeps it: `text` as it was put. A schema_file's content is in the configuration.
assistant_version_record stored_version(const assistant& who, const std::string& text,
                                        timestamp at);

/// Reads it again, under the version it was kept as. bad_input: a line of what is wrong with it
/// now.
result<assistant> read_stored(const assistant_version_record& row);

} // namespace trunkline
