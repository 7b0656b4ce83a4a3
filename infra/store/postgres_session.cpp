#include "infra/store/postgres_session.hpp"

#include "infra/store/postgres_failure.hpp"
#include "infra/store/socket_deadline.hpp"
#include "protocol/text/utf8.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <optional>
#include <random>
#include <unordered_map>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds pause_min{50}, pause_max{2000};
constexpr milliseconds hang_margin{2000}; // beyond the server's own timeout

// The URL with what it leaves to us; what it names itself is kept.
std::string with_defaults(const std::string& url) {
  auto all = url;
  const auto add = [&all](const std::string& name, const char* value) {
    if (all.find("?" + name + "=") == all.npos && all.find("&" + name + "=") == all.npos)
      all += (all.find('?') == all.npos ? "?" : "&") + name + "=" + value;
  };
  add("connect_timeout", "2");
  add("application_name", "trunkline");
  add("keepalives_idle", "10");
  add("keepalives_interval", "3");
  add("keepalives_count", "3");
  add("client_encoding", "UTF8");
  return all;
}

class postgres_row : public sql_row {
public:
  explicit postgres_row(const pqxx::row& from) : from_(from) {}
  std::string text(int column) const override {
    const auto field = from_[column];
    return {field.c_str(), field.size()};
  }
  int64_t number(int column) const override {
    const auto field = from_[column];
    return field.is_null() ? 0 : field.as<int64_t>();
  }
  bool null(int column) const override { return from_[column].is_null(); }

private:
  const pqxx::row& from_;
};

// PostgreSQL's text holds neither NUL nor malformed UTF-8, and refuses the whole row for one.
std::string storable(std::string_view text) {
  auto good = is_valid_utf8(text) ? std::string{text} : to_valid_utf8(text);
  std::erase(good, '\0');
  return good;
}

class bound_values {
public:
  explicit bound_values(const sql_values& values) {
    for (const auto& value : values) {
      texts_.push_back(std::visit([](const auto& one) { return text_of(one); }, value));
      null_.push_back(std::holds_alternative<std::monostate>(value));
    }
    for (size_t i = 0; i < texts_.size(); ++i)
      pointers_.push_back(null_[i] ? nullptr : texts_[i].c_str());
  }
  auto parameters() const { return pqxx::prepare::make_dynamic_params(pointers_); }

private:
  static std::string text_of(std::monostate) { return {}; }
  static std::string text_of(int64_t value) { return std::to_string(value); }
  static std::string text_of(double value) { return pqxx::to_string(value); }
  static std::string text_of(std::string_view value) { return storable(value); }

  std::vector<std::string> texts_;
  std::vector<bool> null_;
  std::vector<const char*> pointers_;
};

// A connection and what is known to it. Notices are not printed: they may quote rows.
struct link {
  explicit link(const std::string& url) : connection(url), quiet(connection) {}
  pqxx::connection connection;
  pqxx::quiet_errorhandler quiet;
  std::unordered_map<std::string, std::string> prepared; ///< names by statement
  bool used = false;
};

class postgres_session : public sql_session {
public:
  explicit postgres_session(const postgres_options& options)
      : options_(options), url_(with_defaults(options.url.text)) {}
  ~postgres_session() override { drop(); }

  sql_dialect dialect() const override { return sql_dialect::postgres; }
  const std::string& name() const override { return options_.url.shown; }

  result<void> connect();
  result<size_t> run(std::string_view sql, const sql_values& values,
                     const row_reader& each) override;
  result<void> script(const std::string& sql) override;
  result<void> transaction(const std::function<result<void>()>& work) override;

private:
  result<void> ready();
  template<class F>
  result<void> guarded(F work);
  failure lost(failure why);
  const std::string& prepared(std::string_view sql);
  size_t execute(std::string_view sql, const bound_values& values, const row_reader& each);
  void drop();

  const postgres_options options_;
  const std::string url_;
  socket_deadline deadline_;
  std::unique_ptr<link> link_;
  std::unique_ptr<pqxx::work> work_; ///< the open transaction
  bool broken_ = false;              ///< the link goes when the transaction has ended
  milliseconds pause_cap_ = pause_min;
  clock::time_point next_try_{};
  failure last_{};
  std::minstd_rand random_{std::random_device{}()};
};

result<void> postgres_session::connect() {
  try {
    link_ = std::make_unique<link>(url_);
    auto& connection = link_->connection;
    deadline_.watch(connection.sock());
    deadline_.arm(options_.statement_timeout + hang_margin);
    // Remembered by the connection, in session state: poolers that share sessions are not served.
    connection.set_variable("statement_timeout",
                            std::to_string(options_.statement_timeout.count()));
    if (options_.read_only)
      connection.set_variable("default_transaction_read_only", "on");
    deadline_.disarm();
    pause_cap_ = pause_min;
    return {};
  } catch (const std::exception& error) {
    drop();
    return postgres_connect_failure(error.what(), options_.url);
  }
}

// Full jitter: many engines that lost one server do not come back in step.
result<void> postgres_session::ready() {
  if (link_)
    return {};
  if (clock::now() < next_try_)
    return last_;
  if (auto connected = connect(); !connected) {
    last_ = connected.error();
    last_.retryable = true; // it worked before: a restore or a changed password passes
    next_try_ =
        clock::now() +
        milliseconds{std::uniform_int_distribution<int64_t>{0, pause_cap_.count()}(random_)};
    pause_cap_ = std::min(pause_cap_ * 2, pause_max);
    return last_;
  }
  return {};
}

void postgres_session::drop() {
  work_.reset();
  deadline_.watch(-1);
  link_.reset();
  broken_ = false;
}

failure postgres_session::lost(failure why) {
  if (work_)
    broken_ = true;
  else
    drop();
  return why;
}

// Exceptions stay here.
template<class F>
result<void> postgres_session::guarded(F work) {
  struct disarm {
    socket_deadline& from;
    ~disarm() { from.disarm(); }
  } at_end{deadline_};
  deadline_.arm(options_.statement_timeout + hang_margin);
  try {
    work();
    link_->used = true;
    return {};
  } catch (const pqxx::sql_error& error) {
    auto why = postgres_failure(error.sqlstate(), error.what(), options_.url);
    return ends_connection(error.sqlstate()) ? lost(std::move(why)) : why;
  } catch (const std::exception&) { // broken_connection, in_doubt_error, and what pqxx thinks of
    return lost(postgres_failure("", "", options_.url));
  }
}

const std::string& postgres_session::prepared(std::string_view sql) {
  auto& known = link_->prepared;
  const auto [entry, fresh] = known.try_emplace(std::string{sql});
  if (fresh) {
    entry->second = "s" + std::to_string(known.size());
    link_->connection.prepare(entry->second, entry->first);
  }
  return entry->second;
}

size_t postgres_session::execute(std::string_view sql, const bound_values& values,
                                 const row_reader& each) {
  const auto& name = prepared(sql);
  pqxx::result rows;
  if (work_) {
    rows = work_->exec_prepared(name, values.parameters());
  } else {
    pqxx::nontransaction alone{link_->connection};
    rows = alone.exec_prepared(name, values.parameters());
  }
  if (each)
    for (const auto& row : rows)
      each(postgres_row{row});
  return rows.affected_rows();
}

result<size_t> postgres_session::run(std::string_view sql, const sql_values& values,
                                     const row_reader& each) {
  const bound_values bound{values};
  for (;;) {
    if (auto good = ready(); !good)
      return good.error();
    const bool idle = link_->used && !work_;
    size_t rows = 0;
    auto done = guarded([&] { rows = execute(sql, bound, each); });
    if (done)
      return rows;
    const bool again = idle && !link_ && options_.read_only;
    if (!again)
      return done.error();
  }
}

result<void> postgres_session::script(const std::string& sql) {
  if (auto good = ready(); !good)
    return good.error();
  return guarded([&] {
    if (work_) {
      work_->exec(sql);
    } else {
      pqxx::nontransaction alone{link_->connection};
      alone.exec(sql);
    }
  });
}

result<void> postgres_session::transaction(const std::function<result<void>()>& work) {
  if (work_)
    return work();
  if (auto good = ready(); !good)
    return good.error();
  auto done = guarded([&] { work_ = std::make_unique<pqxx::work>(link_->connection); });
  if (done) {
    done = work();
    if (done)
      done = guarded([&] { work_->commit(); });
    deadline_.arm(options_.statement_timeout + hang_margin);
    work_.reset(); // rolls back what was not committed
    deadline_.disarm();
  }
  if (broken_)
    drop();
  return done;
}

} // namespace

result<std::unique_ptr<sql_session>> open_postgres_session(const postgres_options& options) {
  auto session = std::make_unique<postgres_session>(options);
  if (auto connected = session->connect(); !connected)
    return connected.error();
  return std::unique_ptr<sql_session>{std::move(session)};
}

} // namespace trunkline
