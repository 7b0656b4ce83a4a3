#include "infra/store/migrations.hpp"

#include "infra/store/sql_rows.hpp"
#include "protocol/text/digest.hpp"
#include "schema/embedded.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace trunkline {

namespace {

constexpr std::string_view sqlite_folder = "schema/sql/";
constexpr std::string_view postgres_folder = "schema/sql/postgres/";
constexpr int64_t advisory_lock = 0x7472756e6b6c6e; // "trunkln": ours among a server's locks

struct migration_file {
  std::string name;
  std::string sql;
  std::string checksum;
};

std::vector<migration_file> files(sql_dialect dialect) {
  const auto folder = dialect == sql_dialect::sqlite ? sqlite_folder : postgres_folder;
  std::vector<migration_file> all;
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with(folder) || file.path.find('/', folder.size()) != file.path.npos)
      continue;
    auto name = file.path.substr(folder.size());
    name.remove_suffix(std::string_view{".sql"}.size());
    all.push_back({std::string{name}, std::string{file.text}, sha256_hex(file.text)});
  }
  return all;
}

result<bool> has_table(sql_session& db) {
  const auto* sql = db.dialect() == sql_dialect::sqlite
                        ? "SELECT 1 FROM sqlite_master WHERE name = 'migrations'"
                        : "SELECT 1 FROM information_schema.tables WHERE table_name ="
                          " 'migrations' AND table_schema = current_schema()";
  const auto found = db.run(sql, {});
  if (!found)
    return found.error();
  return *found > 0;
}

// Checksums by name.
result<std::map<std::string, std::string>> applied(sql_session& db) {
  std::map<std::string, std::string> known;
  const auto table = has_table(db);
  if (!table)
    return table.error();
  if (!*table)
    return known;
  const auto read = db.run("SELECT name, checksum FROM migrations", {},
                           [&](const sql_row& row) { known[row.text(0)] = row.text(1); });
  if (!read)
    return read.error();
  return known;
}

result<void> lock(sql_session& db) {
  if (db.dialect() == sql_dialect::sqlite)
    return {}; // its transactions are one at a time
  if (auto set = db.script("SET LOCAL lock_timeout = '30s'"); !set)
    return set;
  if (auto locked = db.run("SELECT pg_advisory_xact_lock($1)", {advisory_lock}); !locked)
    return locked.error();
  return {};
}

result<void> apply(sql_session& db, const migration_file& file) {
  if (auto run = db.script(file.sql); !run) {
    auto why = run.error();
    why.context = "migration " + file.name + ": " + why.context;
    if (why.context.find("permission denied to create extension") != std::string::npos)
      why.context += "; let an administrator run CREATE EXTENSION btree_gist in this database";
    return why;
  }
  auto noted =
      db.run("INSERT INTO migrations (name, checksum, applied_at) VALUES ($1,$2,$3)",
             {std::string_view{file.name}, std::string_view{file.checksum}, rows::now_ms()});
  if (!noted)
    return noted.error();
  return {};
}

// Another engine may have been faster between our look and our lock, so look again.
result<void> apply_missing(sql_session& db) {
  return db.transaction([&]() -> result<void> {
    if (auto locked = lock(db); !locked)
      return locked;
    if (auto made = db.script("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY,"
                              " checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
        !made)
      return made;
    const auto all = migration_status(db);
    if (!all)
      return all.error();
    if (auto good = check_migrations(*all); !good)
      return good;
    const auto known = files(db.dialect());
    for (const auto& file : known)
      for (const auto& one : *all)
        if (one.name == file.name && one.state == migration_state::missing)
          if (auto done = apply(db, file); !done)
            return done;
    return {};
  });
}

bool any_missing(const std::vector<migration>& all) {
  return std::any_of(all.begin(), all.end(),
                     [](auto& one) { return one.state == migration_state::missing; });
}

} // namespace

std::string_view to_string(migration_state state) {
  constexpr std::array<std::string_view, 4> names{"applied", "missing", "changed", "unknown"};
  return names[static_cast<size_t>(state)];
}

result<std::vector<migration>> migration_status(sql_session& db) {
  auto known = applied(db);
  if (!known)
    return known.error();
  std::vector<migration> all;
  for (const auto& file : files(db.dialect())) {
    const auto found = known->find(file.name);
    all.push_back({file.name, found == known->end()            ? migration_state::missing
                              : found->second == file.checksum ? migration_state::applied
                                                               : migration_state::changed});
    if (found != known->end())
      known->erase(found);
  }
  for (const auto& [name, _] : *known)
    all.push_back({name, migration_state::unknown});
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return all;
}

result<void> check_migrations(const std::vector<migration>& all) {
  for (const auto& one : all) {
    if (one.state == migration_state::unknown)
      return failure{failure_kind::conflict,
                     "the database has migration " + one.name +
                         ", which this version does not know: it was written by a newer one; "
                         "install that, or restore an older backup",
                     false};
    if (one.state == migration_state::changed)
      return failure{failure_kind::conflict,
                     "migration " + one.name +
                         " was applied with another text than this version has; use the version "
                         "that wrote this database",
                     false};
  }
  return {};
}

result<std::vector<migration>> migrate_up(sql_session& db) {
  auto all = migration_status(db);
  if (!all)
    return all.error();
  if (auto good = check_migrations(*all); !good)
    return good.error();
  if (!any_missing(*all))
    return all;
  if (auto done = apply_missing(db); !done)
    return done.error();
  return migration_status(db);
}

} // namespace trunkline
