#pragma once

#include "infra/privacy/sealing.hpp"
#include "infra/store/sql_session.hpp"
#include "schema/records.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace trunkline {

/// Where the chain of audit rows ends.
struct audit_head {
  int64_t position = 0;
  std::string hash; ///< empty: no row yet
};

/// The hash of a row: of its place, its content and the hash before it. With a key it is
/// "hmac:...", which nobody without the key can make, else "sha256:...".
std::string audit_hash(const audit_record& row, const audit_head& before, const secret_key* key);

/// Adds the row at the end of the chain; one that is there already is left alone. To be called in a
/// transaction: whoever else appends waits until it is over.
result<void> append_audit(sql_session& db, const audit_record& row, const secret_key* key);

/// What verify_audit has found.
struct audit_verdict {
  int64_t rows = 0;      ///< of the chain
  int64_t unchained = 0; ///< older than the chain
  audit_head head;
  std::string fault; ///< empty: none. One line: what is wrong with which row
};
/// Reads the chain from its beginning. Without `key`, rows that are hashed with one are a fault.
/// `known` is an end of the chain from earlier, told or logged: it must still be a part of it.
/// A chain whose last rows were removed together with its head shows only by that.
result<audit_verdict> verify_audit(sql_session& db, const secret_key* key,
                                   const std::optional<audit_head>& known = {});

} // namespace trunkline
