#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline {

/// Where in a file something stands, from 1; 0: nowhere.
struct file_place {
  unsigned line = 0, column = 0;
};

/// A value of a configuration file, freed from the library that read it.
struct config_node {
  enum class kind { text, integer, fraction, boolean, list, table, date, other };
  struct member;

  kind type = kind::table;
  std::string text; ///< text; date: "2026-12-25"
  int64_t integer = 0;
  double fraction = 0;
  bool boolean = false;
  std::vector<config_node> items;   ///< list
  std::vector<member> members;      ///< table, in the order of the file
  file_place place;

  const config_node* find(std::string_view name) const;
};

struct config_node::member {
  std::string name;
  file_place place; ///< of the key
  config_node value;
};

/// What is wrong with a configuration: one line each, with the place or variable in front.
struct config_problem {
  file_place place; ///< for sorting; nowhere when it does not come from the file
  std::string line;
};

/// A file is at most this long, and one statement has at most so many dots between keys: each may
/// open a table within a table.
inline constexpr size_t config_bytes_max = 1024 * 1024;
inline constexpr size_t config_dots_max = 300;

/// Reads TOML. `file` is its name in problems. Hostile text is a problem, never a crash; with
/// problems the node is an empty table.
config_node parse_config(std::string_view text, const std::string& file,
                         std::vector<config_problem>& problems);

} // namespace trunkline
