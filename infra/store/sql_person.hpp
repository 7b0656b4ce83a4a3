#pragma once

#include "infra/store/person_rows.hpp"
#include "infra/store/sql_session.hpp"
#include "schema/failure.hpp"

#include <string>

namespace trunkline {

/// Rows of a caller, `caller` being what stands in their caller_number.
result<person_rows> read_person(sql_session& db, const std::string& tenant_id,
                                const std::string& caller);
/// All or nothing.
result<erased_rows> erase_person(sql_session& db, const std::string& tenant_id,
                                 const std::string& caller);

} // namespace trunkline
