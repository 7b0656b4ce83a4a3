#pragma once

#include "schema/failure.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace trunkline {

/// The variables this process was started with. Call before threads change them.
std::map<std::string, std::string> process_environment();

/// The text of a `.env` file: KEY=value, `export KEY=value`, # comments, values in '...' as they
/// are or in "..." with \n, \t, \", \\ and \$. No expansion. `file` names it in the failure
/// (`file:line: what`), which never shows a value.
result<std::map<std::string, std::string>> parse_env_file(std::string_view text,
                                                          const std::string& file);
/// Reads one. Only for `demo`, `call` and --env-file.
result<std::map<std::string, std::string>> read_env_file(const std::filesystem::path& path);

/// The content of a regular file of at most `bytes_max`; the failure names the file.
result<std::string> read_small_file(const std::filesystem::path& path, size_t bytes_max);

} // namespace trunkline
