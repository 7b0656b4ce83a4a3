#pragma once

#include "infra/store/sql_session.hpp"
#include "infra/store/user_rows.hpp"

#include <memory>

namespace trunkline {

/// Users over a session, which must outlive it.
std::unique_ptr<user_rows> make_user_rows(sql_session& session);

} // namespace trunkline
