#include "infra/store/migrations.hpp"

#include "schema/embedded.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

namespace trunkline {

namespace {

constexpr std::string_view folder = "schema/sql/";

struct migration_file {
  std::string name;
  std::string sql;
  std::string checksum;
};

std::string checksum_of(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::string hex;
  for (const auto byte : hash)
    for (const auto nibble : {byte >> 4, byte & 15})
      hex += "0123456789abcdef"[nibble];
  return hex;
}

std::vector<migration_file> files() {
  std::vector<migration_file> all;
  for (const auto& file : embedded_files())
    if (file.path.substr(0, folder.size()) == folder) {
      auto name = file.path.substr(folder.size());
      name.remove_suffix(4);
      all.push_back({std::string{name}, std::string{file.text}, checksum_of(file.text)});
    }
  return all;
}

result<std::map<std::string, std::string>> applied(sqlite::connection& db) {
  if (auto made = db.run("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, checksum "
                         "TEXT NOT NULL, applied_at INTEGER NOT NULL)");
      !made)
    return made.error();
  std::map<std::string, std::string> known;
  sqlite::statement rows{db.handle(), "SELECT name, checksum FROM migrations"};
  for (;;) {
    auto row = rows.step();
    if (!row)
      return row.error();
    if (!*row)
      return known;
    known[rows.text(0)] = rows.text(1);
  }
}

result<void> check(const std::map<std::string, std::string>& known) {
  const auto all = files();
  for (const auto& [name, checksum] : known) {
    const auto file = std::find_if(all.begin(), all.end(),
                                   [&, &n = name](const auto& one) { return one.name == n; });
    if (file == all.end())
      return failure{failure_kind::conflict,
                     "the database has migration " + name +
                         ", which this version does not know: it was "
                         "written by a newer one",
                     false};
    if (file->checksum != checksum)
      return failure{failure_kind::conflict, "migration " + name + " was applied with another text",
                     false};
  }
  return {};
}

result<void> apply(sqlite::connection& db, const migration_file& file) {
  return db.transaction([&]() -> result<void> {
    // Another engine may have been faster between our look and our lock.
    sqlite::statement seen{db.handle(), "SELECT 1 FROM migrations WHERE name = ?"};
    auto row = seen.bind(file.name).step();
    if (!row)
      return row.error();
    if (*row)
      return {};
    if (auto run = db.run(file.sql); !run)
      return failure{run.error().kind, "migration " + file.name + ": " + run.error().context,
                     run.error().retryable};
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    return sqlite::statement{db.handle(), "INSERT INTO migrations VALUES (?, ?, ?)"}
        .bind(file.name)
        .bind(file.checksum)
        .bind(int64_t{now})
        .run();
  });
}

} // namespace

result<std::vector<migration>> migration_status(sqlite::connection& db) {
  auto known = applied(db);
  if (!known)
    return known.error();
  std::vector<migration> all;
  for (const auto& file : files())
    all.push_back({file.name, known->count(file.name) != 0});
  return all;
}

result<std::vector<migration>> migrate_up(sqlite::connection& db) {
  auto known = applied(db);
  if (!known)
    return known.error();
  if (auto good = check(*known); !good)
    return good.error();
  for (const auto& file : files())
    if (!known->count(file.name))
      if (auto done = apply(db, file); !done)
        return done.error();
  return migration_status(db);
}

} // namespace trunkline
