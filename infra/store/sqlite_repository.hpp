#pragma once

#include "infra/store/repository.hpp"
#include "infra/store/sqlite.hpp"

#include <memory>

namespace trunkline {

/// The repository over one SQLite connection.
std::unique_ptr<repository> make_sqlite_repository(sqlite::connection connection);

} // namespace trunkline
