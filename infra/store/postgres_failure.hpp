#pragma once

#include "infra/store/database_url.hpp"
#include "schema/failure.hpp"

#include <string>
#include <string_view>

namespace trunkline {

/// What a PostgreSQL statement's failure means to us. `sqlstate` may be empty: the connection was
/// lost. `text` is the server's message; only its first line is kept, as details quote rows.
failure postgres_failure(std::string_view sqlstate, const std::string& text,
                         const database_url& url);

/// Why there is no connection, with what to do about it. `text` is libpq's.
failure postgres_connect_failure(const std::string& text, const database_url& url);

/// Whether after a failure of this state the connection is not worth keeping.
bool ends_connection(std::string_view sqlstate);

} // namespace trunkline
