#include "infra/store/sqlite.hpp"

#include <utility>

namespace trunkline::sqlite {

failure failure_of(sqlite3* db, int code) {
  const std::string why = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  switch (code & 0xFF) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return {failure_kind::unavailable, "the database is locked by another process", true};
  case SQLITE_FULL:
    return {failure_kind::unavailable, "the disk is full", true};
  case SQLITE_READONLY:
    return {failure_kind::unavailable, "the database is read-only", true};
  case SQLITE_IOERR:
  case SQLITE_CANTOPEN:
    return {failure_kind::unavailable, "the database file: " + why, true};
  case SQLITE_CONSTRAINT:
    return {failure_kind::conflict, why, false};
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
    return {failure_kind::internal, "the file is not a usable SQLite database: " + why, false};
  default:
    return {failure_kind::internal, "SQLite: " + why, false};
  }
}

statement::statement(sqlite3* db, std::string_view sql) : db_(db) {
  code_ = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &stmt_, nullptr);
}

statement::~statement() {
  sqlite3_finalize(stmt_);
}

void statement::reset() {
  if (!stmt_)
    return;
  sqlite3_reset(stmt_);
  sqlite3_clear_bindings(stmt_);
  code_ = SQLITE_OK;
  next_ = 1;
}

statement& statement::bind(std::string_view text) {
  if (code_ == SQLITE_OK)
    code_ = sqlite3_bind_text(stmt_, next_++, text.data(), static_cast<int>(text.size()),
                              SQLITE_TRANSIENT);
  return *this;
}

statement& statement::bind(int64_t value) {
  if (code_ == SQLITE_OK)
    code_ = sqlite3_bind_int64(stmt_, next_++, value);
  return *this;
}

statement& statement::bind(double value) {
  if (code_ == SQLITE_OK)
    code_ = sqlite3_bind_double(stmt_, next_++, value);
  return *this;
}

statement& statement::bind(std::optional<int64_t> value) {
  if (value)
    return bind(*value);
  if (code_ == SQLITE_OK)
    code_ = sqlite3_bind_null(stmt_, next_++);
  return *this;
}

result<bool> statement::step() {
  if (code_ != SQLITE_OK)
    return failure_of(db_, code_);
  const auto code = sqlite3_step(stmt_);
  if (code == SQLITE_ROW)
    return true;
  if (code == SQLITE_DONE)
    return false;
  return failure_of(db_, code);
}

result<void> statement::run() {
  if (auto stepped = step(); !stepped)
    return stepped.error();
  return {};
}

std::string statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(stmt_, column));
  return bytes ? std::string{bytes, static_cast<size_t>(sqlite3_column_bytes(stmt_, column))}
               : std::string{};
}

int64_t statement::number(int column) const {
  return sqlite3_column_int64(stmt_, column);
}

bool statement::null(int column) const {
  return sqlite3_column_type(stmt_, column) == SQLITE_NULL;
}

bool statement::reads_only() const {
  return sqlite3_stmt_readonly(stmt_) != 0;
}

result<connection> connection::open(const std::string& path, bool read_only) {
  sqlite3* db = nullptr;
  const auto flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const auto code = sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  connection opened{db};
  if (code != SQLITE_OK) {
    auto why = failure_of(db, code);
    why.context = path + ": " + why.context;
    return why;
  }
  sqlite3_busy_timeout(db, 250);
  if (!read_only)
    for (const auto* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                            "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON"})
      if (auto set = opened.run(sql); !set) {
        auto why = set.error();
        why.context = path + ": " + why.context;
        return why;
      }
  return opened;
}

connection::connection(connection&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

connection::~connection() {
  sqlite3_close_v2(db_);
}

result<void> connection::run(const std::string& sql) {
  const auto code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK)
    return failure_of(db_, code);
  return {};
}

result<void> connection::transaction(const std::function<result<void>()>& work) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun)
    return begun;
  auto done = work();
  if (done)
    done = run("COMMIT");
  if (!done)
    (void)run("ROLLBACK");
  return done;
}

} // namespace trunkline::sqlite
