#pragma once

#include "infra/store/sql_session.hpp"

#include <string>
#include <vector>

namespace trunkline {

/// `changed`: applied with another text than this binary has. `unknown`: applied by a newer binary.
enum class migration_state { applied, missing, changed, unknown };
std::string_view to_string(migration_state state);

/// One file of schema/sql, or of schema/sql/postgres; both have the same names.
struct migration {
  std::string name; ///< "0001_calls"
  migration_state state = migration_state::missing;
};

/// In order of name. Writes nothing.
result<std::vector<migration>> migration_status(sql_session& db);

/// Whether this binary may work with what `all` says: a changed or unknown one is a failure that
/// names it and says what to do. Missing ones are well.
result<void> check_migrations(const std::vector<migration>& all);

/// Applies what is missing, forward only, all in one transaction. Engines that do it at the same
/// time wait for each other: an advisory lock on PostgreSQL, the write lock on SQLite.
result<std::vector<migration>> migrate_up(sql_session& db);

} // namespace trunkline
