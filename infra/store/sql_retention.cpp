#include "infra/store/sql_retention.hpp"

#include "infra/store/sql_rows.hpp"

#include <chrono>
#include <vector>

namespace trunkline {

namespace {

using namespace std::chrono_literals;

// A person nobody calls as any more is first cut off from their number, so that the next call makes
// a new one, and deleted when no engine can remember them.
constexpr auto cut_off_for = 10min;

const std::string old_calls = " JOIN calls c ON c.call_sid = t.call_sid WHERE c.tenant_id = $1 AND"
                              " c.started_at < $2 AND c.ended_at IS NOT NULL LIMIT $3)";

std::string of_old_calls(const std::string& table) {
  return "DELETE FROM " + table + " WHERE call_sid IN (SELECT DISTINCT t.call_sid FROM " + table +
         " t" + old_calls;
}

const std::string nothing_left =
    " NOT EXISTS (SELECT 1 FROM calls WHERE caller_number = persons.id)"
    " AND NOT EXISTS (SELECT 1 FROM caller_messages WHERE caller_number = persons.id)"
    " AND NOT EXISTS (SELECT 1 FROM recordings WHERE caller_number = persons.id)"
    " AND NOT EXISTS (SELECT 1 FROM appointments WHERE caller_number = persons.id)"
    " AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = persons.tenant_id AND"
    " caller_number = persons.id)";

struct step {
  std::string sql;
  sql_values values;
};

// Values in the order in which they appear: both databases number them so.
std::vector<step> steps_of(const purge_order& order, size_t most) {
  const std::string_view tenant = order.tenant_id;
  const auto before = rows::ms(order.before), now = rows::now_ms();
  const auto limit = static_cast<int64_t>(most);
  const sql_values usual{tenant, before, limit};
  switch (order.what) {
  case kept_kind::transcripts:
    return {{of_old_calls("turns"), usual},
            {of_old_calls("tool_runs"), usual},
            {of_old_calls("call_notes"), usual},
            {of_old_calls("unanswered_questions"), usual}};
  case kept_kind::recordings: // their files go with the next sweep
    return {{of_old_calls("recordings"), usual}};
  case kept_kind::messages:
    return {{"DELETE FROM caller_messages WHERE id IN (SELECT id FROM caller_messages WHERE"
             " tenant_id = $1 AND created_at < $2 LIMIT $3)",
             usual}};
  case kept_kind::appointments:
    return {{"DELETE FROM appointments WHERE id IN (SELECT id FROM appointments WHERE"
             " tenant_id = $1 AND ends_at < $2 LIMIT $3)",
             usual}};
  case kept_kind::calls:
    return {{"DELETE FROM calls WHERE call_sid IN (SELECT c.call_sid FROM calls c WHERE"
             " c.tenant_id = $1 AND c.started_at < $2 AND c.ended_at IS NOT NULL AND NOT EXISTS"
             " (SELECT 1 FROM turns t WHERE t.call_sid = c.call_sid) AND NOT EXISTS (SELECT 1 FROM"
             " recordings r WHERE r.call_sid = c.call_sid) AND NOT EXISTS"
             " (SELECT 1 FROM call_notes n WHERE n.call_sid = c.call_sid) LIMIT $3)",
             usual}};
  case kept_kind::persons:
    return {{"DELETE FROM users WHERE (tenant_id, caller_number) IN (SELECT tenant_id,"
             " caller_number FROM users WHERE tenant_id = $1 AND last_seen < $2 AND NOT EXISTS"
             " (SELECT 1 FROM calls WHERE calls.tenant_id = users.tenant_id AND"
             " calls.caller_number = users.caller_number) LIMIT $3)",
             usual},
            {"DELETE FROM persons WHERE id IN (SELECT id FROM persons WHERE tenant_id = $1 AND"
             " created_at < $2 AND lookup IS NULL AND erased_at < $3 AND" +
                 nothing_left + " LIMIT $4)",
             {tenant, before, now - std::chrono::milliseconds{cut_off_for}.count(), limit}},
            {"UPDATE persons SET lookup = NULL, erased_at = $1 WHERE id IN (SELECT id FROM persons"
             " WHERE tenant_id = $2 AND created_at < $3 AND lookup IS NOT NULL AND" +
                 nothing_left + " LIMIT $4)",
             {now, tenant, before, limit}}};
  case kept_kind::metrics:
    break;
  }
  return {{"DELETE FROM system_metrics WHERE id IN (SELECT id FROM system_metrics WHERE at < $1"
           " LIMIT $2)",
           {before, limit}}};
}

} // namespace

result<size_t> purge_rows(sql_session& db, const purge_order& order, size_t most) {
  size_t gone = 0;
  const auto done = db.transaction([&]() -> result<void> {
    for (const auto& one : steps_of(order, most)) {
      const auto changed = db.run(one.sql, one.values);
      if (!changed)
        return changed.error();
      gone += *changed;
    }
    return {};
  });
  if (!done)
    return done.error();
  return gone;
}

} // namespace trunkline
