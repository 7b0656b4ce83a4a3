#include "tests/support/test_database.hpp"

#include "infra/store/migrations.hpp"
#include "tests/support/postgres_server.hpp"

#include <stdexcept>

namespace trunkline::testing {

test_database::test_database(sql_dialect dialect)
    : url_(*parse_database_url(dialect == sql_dialect::sqlite
                                   ? (dir_.path() / "test.db").string()
                                   : postgres_server::shared().make_database())) {}

std::unique_ptr<sql_session> test_database::session(session_use use) const {
  auto opened = open_session(url_, config, use);
  if (!opened)
    throw std::runtime_error(opened.error().context);
  return std::move(*opened);
}

std::unique_ptr<repository> test_database::rows() const {
  if (auto done = migrate_up(*session(session_use::migrate)); !done)
    throw std::runtime_error(done.error().context);
  auto opened = open_repository(url_, config, session_use::write);
  if (!opened)
    throw std::runtime_error(opened.error().context);
  return std::move(*opened);
}

std::string name_of(sql_dialect dialect) {
  return dialect == sql_dialect::sqlite ? "sqlite" : "postgres";
}

} // namespace trunkline::testing
