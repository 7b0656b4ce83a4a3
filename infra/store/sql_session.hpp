#pragma once

#include "schema/failure.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace trunkline {

enum class sql_dialect { sqlite, postgres };

/// What is bound to a statement; std::monostate is NULL. Views must outlive the statement's run.
using sql_value = std::variant<std::monostate, int64_t, double, std::string_view, std::string>;
using sql_values = std::vector<sql_value>;

/// One row of an answer, columns from 0; valid only while it is being read.
class sql_row {
public:
  virtual ~sql_row() = default;
  /// NULL is the empty text.
  virtual std::string text(int column) const = 0;
  /// NULL is 0.
  virtual int64_t number(int column) const = 0;
  virtual bool null(int column) const = 0;
};

/// One connection to a database, whichever it is. Blocks; one thread at a time. A PostgreSQL
/// session reconnects by itself, so a failure never needs a new session.
///
/// Statements are text of this program, never of a caller: values go in by parameters, written $1,
/// $2, ... in the order of their first appearance (both databases read that form).
class sql_session {
public:
  using row_reader = std::function<void(const sql_row&)>;

  virtual ~sql_session() = default;
  virtual sql_dialect dialect() const = 0;
  /// The database as people may see it: a path, or a URL without its password.
  virtual const std::string& name() const = 0;

  /// The number of rows changed, or read.
  virtual result<size_t> run(std::string_view sql, const sql_values& values,
                             const row_reader& each = {}) = 0;
  /// Several statements without values.
  virtual result<void> script(const std::string& sql) = 0;
  /// All or nothing; `work`'s failure rolls back. Inside another transaction it is a part of it.
  virtual result<void> transaction(const std::function<result<void>()>& work) = 0;
};

} // namespace trunkline
