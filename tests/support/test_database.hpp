#pragma once

#include "infra/store/open_store.hpp"
#include "infra/store/repository.hpp"
#include "tests/support/paths.hpp"

#include <memory>

namespace trunkline::testing {

/// A fresh database of either kind, with a real PostgreSQL behind it where that is asked for.
/// What goes wrong here is thrown.
class test_database {
public:
  explicit test_database(sql_dialect dialect);

  const database_url& url() const { return url_; }
  std::unique_ptr<sql_session> session(session_use use = session_use::write) const;
  /// Another connection to the migrated database.
  std::unique_ptr<repository> rows() const;

  store_config config{}; ///< of what is opened from now on

private:
  temp_dir dir_;
  database_url url_;
};

/// "sqlite" or "postgres": the end of a parameterised test's name.
std::string name_of(sql_dialect dialect);

} // namespace trunkline::testing
