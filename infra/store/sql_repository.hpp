#pragma once

#include "infra/store/repository.hpp"
#include "infra/store/sql_session.hpp"

#include <memory>

namespace trunkline {

/// The repository over one session, SQLite or PostgreSQL: the same statements for both.
std::unique_ptr<repository> make_repository(std::unique_ptr<sql_session> session);

} // namespace trunkline
