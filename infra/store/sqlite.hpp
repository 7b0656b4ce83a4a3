#pragma once

#include "schema/failure.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::sqlite {

/// A failure of SQLite as ours: locked, full, read-only and I/O trouble are `unavailable` and
/// retryable, a broken constraint is `conflict`.
failure failure_of(sqlite3* db, int code);

/// A prepared statement in use: binds from 1, steps, reads columns from 0.
class statement {
public:
  statement(sqlite3* db, std::string_view sql);
  ~statement();
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  statement& bind(std::string_view text);
  statement& bind(int64_t value);
  statement& bind(double value);
  statement& bind(std::optional<int64_t> value);

  /// Whether it could be prepared.
  bool good() const { return stmt_ != nullptr; }
  /// For another run, with nothing bound.
  void reset();
  /// True: a row is there. False: done. A failure otherwise.
  result<bool> step();
  /// Runs a statement without rows.
  result<void> run();

  std::string text(int column) const;
  int64_t number(int column) const;
  bool null(int column) const;
  /// Whether it cannot change the database.
  bool reads_only() const;

private:
  sqlite3* db_;
  sqlite3_stmt* stmt_ = nullptr;
  int code_ = SQLITE_OK;
  int next_ = 1;
};

/// One open database file in WAL mode, synchronous FULL: what was committed survives a power cut.
class connection {
public:
  static result<connection> open(const std::string& path, bool read_only = false);
  connection(connection&& other) noexcept;
  connection& operator=(connection&&) = delete;
  ~connection();

  sqlite3* handle() const { return db_; }
  result<void> run(const std::string& sql);
  /// All or nothing; `work`'s failure rolls back.
  result<void> transaction(const std::function<result<void>()>& work);

private:
  explicit connection(sqlite3* db) : db_(db) {}
  sqlite3* db_;
};

} // namespace trunkline::sqlite
