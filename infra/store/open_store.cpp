#include "infra/store/open_store.hpp"

#include "infra/privacy/sealed_repository.hpp"
#include "infra/store/migrations.hpp"
#include "infra/store/postgres_session.hpp"
#include "infra/store/sqlite_session.hpp"
#include "infra/store/sqlite_store.hpp"
#include "infra/store/store_threads.hpp"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

constexpr std::chrono::minutes migration_timeout{10}; // an index over many rows

// One line that names the database once.
failure named(failure why, const std::string& name) {
  if (why.context.find(name) == std::string::npos)
    why.context = name + ": " + why.context;
  return why;
}

std::chrono::milliseconds timeout_of(const store_config& config, session_use use) {
  switch (use) {
  case session_use::read:
    return config.read_timeout;
  case session_use::write:
    return config.write_timeout;
  case session_use::migrate:
    break;
  }
  return migration_timeout;
}

result<std::shared_ptr<store>> open_with(const database_url& where, const store_config& config,
                                         const store_options& options) {
  {
    const auto session = open_session(where, config, session_use::migrate);
    if (!session)
      return named(session.error(), where.shown);
    if (const auto migrated = migrate_up(**session); !migrated)
      return named(migrated.error(), where.shown);
    const auto keys = load_master_keys(config.data_key, config.data_key_file);
    if (!keys)
      return keys.error();
    if (const auto good = check_data_keys(**session, *keys); !good)
      return named(good.error(), where.shown);
  }
  auto writer = open_repository(where, config, session_use::write);
  if (!writer)
    return named(writer.error(), where.shown);
  std::vector<std::unique_ptr<repository>> readers;
  const size_t readers_wanted =
      where.dialect == sql_dialect::sqlite ? 1 : std::max(config.connections, 2u) - 1;
  while (readers.size() < readers_wanted) {
    auto reader = open_repository(where, config, session_use::read);
    if (!reader)
      return named(reader.error(), where.shown);
    readers.push_back(std::move(*reader));
  }
  return make_store(std::move(*writer), std::move(readers), options);
}

} // namespace

result<database_url> database_of(const engine_config& config) {
  const auto& text = config.store.database;
  return parse_database_url(text.empty() ? config.state_dir + "/trunkline.db" : text);
}

result<std::unique_ptr<sql_session>> open_session(const database_url& where,
                                                  const store_config& config, session_use use) {
  const bool reads = use == session_use::read;
  if (where.dialect == sql_dialect::sqlite) {
    auto session = open_sqlite_session(where.text, reads);
    if (session && use == session_use::migrate)
      (void)(*session)->script("PRAGMA busy_timeout = 3000"); // another engine may be at it
    return session;
  }
  return open_postgres_session({where, timeout_of(config, use), reads});
}

result<std::unique_ptr<repository>> open_repository(const database_url& where,
                                                    const store_config& config, session_use use) {
  auto keys = load_master_keys(config.data_key, config.data_key_file);
  if (!keys)
    return keys.error();
  auto session = open_session(where, config, use);
  if (!session)
    return session.error();
  return make_sealed_repository(std::move(*session), std::move(*keys));
}

result<std::unique_ptr<repository>> open_repository(const engine_config& config, session_use use) {
  const auto where = database_of(config);
  if (!where)
    return where.error();
  return open_repository(*where, config.store, use);
}

result<std::shared_ptr<store>> open_store(const database_url& where, const store_config& config) {
  return open_with(where, config, {config.queue_max, config.patience});
}

result<std::shared_ptr<store>> open_sqlite_store(const sqlite_store_options& options) {
  return open_with({sql_dialect::sqlite, options.path, options.path, {}}, {},
                   {options.queue_max, options.patience});
}

} // namespace trunkline
