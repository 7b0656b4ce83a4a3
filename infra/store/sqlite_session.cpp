#include "infra/store/sqlite_session.hpp"

#include "infra/store/sqlite.hpp"

#include <unordered_map>
#include <utility>

namespace trunkline {

namespace {

class sqlite_row : public sql_row {
public:
  explicit sqlite_row(const sqlite::statement& from) : from_(from) {}
  std::string text(int column) const override { return from_.text(column); }
  int64_t number(int column) const override { return from_.number(column); }
  bool null(int column) const override { return from_.null(column); }

private:
  const sqlite::statement& from_;
};

void bind(sqlite::statement& to, const sql_value& value) {
  if (const auto* number = std::get_if<int64_t>(&value))
    to.bind(*number);
  else if (const auto* real = std::get_if<double>(&value))
    to.bind(*real);
  else if (const auto* view = std::get_if<std::string_view>(&value))
    to.bind(*view);
  else if (const auto* text = std::get_if<std::string>(&value))
    to.bind(std::string_view{*text});
  else
    to.bind(std::optional<int64_t>{});
}

class sqlite_session : public sql_session {
public:
  sqlite_session(sqlite::connection connection, std::string path)
      : connection_(std::move(connection)), path_(std::move(path)) {}

  sql_dialect dialect() const override { return sql_dialect::sqlite; }
  const std::string& name() const override { return path_; }

  result<size_t> run(std::string_view sql, const sql_values& values,
                     const row_reader& each) override {
    auto& statement = prepared(sql);
    for (const auto& value : values)
      bind(statement, value);
    auto rows = read_all(statement, each);
    const bool wrote = rows && *rows == 0 && !statement.reads_only();
    if (wrote)
      rows = static_cast<size_t>(sqlite3_changes(connection_.handle()));
    statement.reset(); // or it would keep its lock
    return rows;
  }

  result<void> script(const std::string& sql) override { return connection_.run(sql); }

  result<void> transaction(const std::function<result<void>()>& work) override {
    if (inside_)
      return work();
    inside_ = true;
    auto done = connection_.transaction(work);
    inside_ = false;
    return done;
  }

private:
  // One that could not be prepared, its table may not be there yet, is tried again the next time.
  sqlite::statement& prepared(std::string_view sql) {
    auto& known = statements_[std::string{sql}];
    if (!known || !known->good())
      known = std::make_unique<sqlite::statement>(connection_.handle(), sql);
    else
      known->reset(); // a reader may have thrown
    return *known;
  }

  static result<size_t> read_all(sqlite::statement& from, const row_reader& each) {
    const sqlite_row present{from};
    for (size_t rows = 0;; ++rows) {
      const auto row = from.step();
      if (!row)
        return row.error();
      if (!*row)
        return rows;
      if (each)
        each(present);
    }
  }

  sqlite::connection connection_;
  std::unordered_map<std::string, std::unique_ptr<sqlite::statement>> statements_;
  const std::string path_;
  bool inside_ = false;
};

} // namespace

result<std::unique_ptr<sql_session>> open_sqlite_session(const std::string& path, bool read_only) {
  auto connection = sqlite::connection::open(path, read_only);
  if (!connection)
    return connection.error();
  return std::unique_ptr<sql_session>{
      std::make_unique<sqlite_session>(std::move(*connection), path)};
}

} // namespace trunkline
