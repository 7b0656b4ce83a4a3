#pragma once

#include "infra/store/repository.hpp"

#include <iosfwd>
#include <string>

namespace trunkline {

/// How records are printed: as a table for people, or as JSON; `full` shows whole numbers.
struct record_view {
  bool json = false;
  bool full = false;
};

/// `calls ls`: the latest calls on `out`. 0, or 1 with a line on `err`. Blocks on the store.
int calls_list(repository& rows, size_t limit, record_view view, std::ostream& out,
               std::ostream& err);

/// `calls show`: one call and its turns; 1 when there is none of that name.
int calls_show(repository& rows, const std::string& call_sid, record_view view, std::ostream& out,
               std::ostream& err);

/// `calls export`: the latest calls with their turns, a JSON object a line, newest first.
int calls_export(repository& rows, size_t limit, record_view view, std::ostream& out,
                 std::ostream& err);

} // namespace trunkline
