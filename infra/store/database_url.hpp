#pragma once

#include "infra/store/sql_session.hpp"

#include <string>
#include <string_view>

namespace trunkline {

/// Which database: what DATABASE_URL says.
struct database_url {
  sql_dialect dialect = sql_dialect::sqlite;
  std::string text;     ///< SQLite: the path. PostgreSQL: the whole URL, with its password
  std::string shown;    ///< for people: the same without password and parameters
  std::string password; ///< as it is, decoded; empty: none (libpq then looks into its own places)
};

/// A path, sqlite:///path, or postgres://user[:password]@host[:port]/name[?parameter=value&...]
/// (postgresql:// too; several hosts by commas). Pure. A failure is one line that says what is
/// wrong and what to write, and quotes nothing that may be secret.
result<database_url> parse_database_url(std::string_view value);

/// `text` with each occurrence of the URL or its password replaced, on one line: what a library
/// said may be shown.
std::string without_secrets(std::string text, const database_url& from);

} // namespace trunkline
