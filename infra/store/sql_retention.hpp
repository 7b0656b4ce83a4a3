#pragma once

#include "infra/store/retention.hpp"
#include "infra/store/sql_session.hpp"
#include "schema/failure.hpp"

#include <cstddef>

namespace trunkline {

/// Deletes at most about `most` rows of the order; how many. A call that is live loses nothing.
result<size_t> purge_rows(sql_session& db, const purge_order& order, size_t most);

} // namespace trunkline
