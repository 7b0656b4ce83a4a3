#pragma once

#include "infra/store/knowledge_rows.hpp"
#include "infra/store/sql_session.hpp"

#include <memory>

namespace trunkline {

/// Knowledge over a session, which must outlive it. Ranking is the database's own: bm25 of SQLite's
/// FTS5; PostgreSQL's ts_rank of each word, weighted by how few chunks of the tenant have it.
std::unique_ptr<knowledge_rows> make_knowledge_rows(sql_session& session);

} // namespace trunkline
