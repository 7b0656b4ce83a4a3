#pragma once

#include "infra/store/database_url.hpp"
#include "infra/store/sql_session.hpp"

#include <chrono>
#include <memory>

namespace trunkline {

struct postgres_options {
  database_url url{};
  /// The server gives a statement up after it; the client, should the server hang, 2 s later.
  std::chrono::milliseconds statement_timeout{5000};
  bool read_only = false;
};

/// Connects, within 2 s an address. Afterwards a lost connection is made again by the next
/// statement, after pauses with full jitter of at most 2 s; until then statements fail at once with
/// `unreachable`, retryable. A read outside a transaction that finds its idle connection dead is
/// run once more on a fresh one.
result<std::unique_ptr<sql_session>> open_postgres_session(const postgres_options& options);

} // namespace trunkline
