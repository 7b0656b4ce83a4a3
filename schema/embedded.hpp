#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace trunkline {

/// A file of the source tree that travels inside the binary (CMakeLists.txt says which).
struct embedded_file {
  std::string_view path; ///< relative to the repository's root: "schema/sql/0001_calls.sql"
  std::string_view text;
};

/// All of them, sorted by path.
std::span<const embedded_file> embedded_files();

/// The content of one, or nothing.
std::optional<std::string_view> embedded_text(std::string_view path);

} // namespace trunkline
