#pragma once

#include "infra/privacy/master_keys.hpp"
#include "infra/store/repository.hpp"
#include "infra/store/sql_session.hpp"

#include <memory>

namespace trunkline {

/// A repository that keeps what callers said, their names and their numbers encrypted: each text is
/// sealed by its person's key and bound to its place, and a person's id stands where the number
/// was. Rows from before there was a key are read as they are. What belongs to a person whose key
/// is destroyed reads as empty, and is written as empty. Appends to the audit chain with a key.
///
/// With no `keys`: the repository as it is.
std::unique_ptr<repository> make_sealed_repository(std::unique_ptr<sql_session> session,
                                                   shared_master_keys keys);

/// Whether `keys` are those of this database: it was never sealed, or one of them opens it. A
/// failure is one line that says what to do.
result<void> check_data_keys(sql_session& db, const shared_master_keys& keys);

} // namespace trunkline
