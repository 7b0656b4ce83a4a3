#pragma once

#include "infra/store/sql_session.hpp"

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace trunkline {

/// All rows of an answer, each read by `read(const sql_row&)`.
template<class Read>
auto read_all(sql_session& from, std::string_view sql, const sql_values& values, Read read)
    -> result<std::vector<std::invoke_result_t<Read, const sql_row&>>> {
  std::vector<std::invoke_result_t<Read, const sql_row&>> found;
  if (auto done = from.run(sql, values, [&](const sql_row& row) { found.push_back(read(row)); });
      !done)
    return done.error();
  return found;
}

/// The first of them; nothing: there is none.
template<class Read>
auto read_first(sql_session& from, std::string_view sql, const sql_values& values, Read read)
    -> result<std::optional<std::invoke_result_t<Read, const sql_row&>>> {
  auto found = read_all(from, sql, values, read);
  if (!found)
    return found.error();
  std::optional<std::invoke_result_t<Read, const sql_row&>> first;
  if (!found->empty())
    first = std::move(found->front());
  return first;
}

/// A statement of which only its failure matters.
inline result<void> run_only(sql_session& on, std::string_view sql, const sql_values& values) {
  if (auto done = on.run(sql, values); !done)
    return done.error();
  return {};
}

} // namespace trunkline
