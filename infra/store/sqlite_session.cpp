#include "infra/store/sqlite_session.hpp"

#include "infra/store/sqlite.hpp"

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
    sqlite::statement statement{connection_.handle(), sql};
    for (const auto& value : values)
      bind(statement, value);
    const sqlite_row present{statement};
    size_t rows = 0;
    for (;; ++rows) {
      const auto row = statement.step();
      if (!row)
        return row.error();
      if (!*row)
        break;
      if (each)
        each(present);
    }
    if (rows > 0 || statement.reads_only())
      return rows;
    return static_cast<size_t>(sqlite3_changes(connection_.handle()));
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
  sqlite::connection connection_;
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
