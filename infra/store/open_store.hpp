#pragma once

#include "infra/store/database_url.hpp"
#include "infra/store/sql_session.hpp"
#include "infra/store/store.hpp"
#include "schema/config.hpp"

#include <memory>

namespace trunkline {

/// The database of a configuration: `store.database`, or <state_dir>/trunkline.db.
result<database_url> database_of(const engine_config& config);

/// What a session is for: its timeouts, and whether it may write.
enum class session_use { read, write, migrate };
result<std::unique_ptr<sql_session>> open_session(const database_url& where,
                                                  const store_config& config, session_use use);

/// A repository on such a session, encrypted when the configuration has a key.
result<std::unique_ptr<repository>> open_repository(const database_url& where,
                                                    const store_config& config, session_use use);
/// The same for the database of a configuration.
result<std::unique_ptr<repository>> open_repository(const engine_config& config, session_use use);

/// The store of either kind: opens and migrates the database, then starts one writing thread and,
/// on PostgreSQL, `connections` - 1 reading ones. Failures are one line with the database's name.
result<std::shared_ptr<store>> open_store(const database_url& where, const store_config& config);

} // namespace trunkline
