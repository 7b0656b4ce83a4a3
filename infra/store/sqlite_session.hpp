#pragma once

#include "infra/store/sql_session.hpp"

#include <memory>
#include <string>

namespace trunkline {

/// A session over one SQLite file; see sqlite::connection for how it is opened.
result<std::unique_ptr<sql_session>> open_sqlite_session(const std::string& path,
                                                         bool read_only = false);

} // namespace trunkline
