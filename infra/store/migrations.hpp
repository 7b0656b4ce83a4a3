#pragma once

#include "infra/store/sqlite.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// One file of schema/sql, in order of its number.
struct migration {
  std::string name; ///< "0001_calls"
  bool applied = false;
};

/// Applies what is missing, forward only, each in a transaction. An applied file whose text has
/// changed since, or a database newer than this binary, is a failure that says which.
result<std::vector<migration>> migrate_up(sqlite::connection& db);
result<std::vector<migration>> migration_status(sqlite::connection& db);

} // namespace trunkline
