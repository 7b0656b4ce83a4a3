#include "infra/store/sql_person.hpp"

#include "infra/store/sql_rows.hpp"

#include <utility>

namespace trunkline {

namespace {

const std::string of_their_calls =
    "call_sid IN (SELECT call_sid FROM calls WHERE tenant_id = $1 AND caller_number = $2)";
const std::string theirs = "tenant_id = $1 AND caller_number = $2";
// Messages and appointments name their caller too: a call may have been put under another number.
const std::string of_the_person =
    "tenant_id = $1 AND (caller_number = $2 OR " + of_their_calls + ")";

template<class Row, class Read>
result<void> read_into(std::vector<Row>& to, sql_session& db, const std::string& sql,
                       const sql_values& who, Read read) {
  auto done = db.run(sql, who, [&](const sql_row& row) { to.push_back(read(row)); });
  if (!done)
    return done.error();
  return {};
}

timestamp at(int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
}

unanswered_question read_question(const sql_row& row) {
  return {row.text(0), row.text(1), row.text(2), at(row.number(3)), row.text(4)};
}

audit_record read_audit(const sql_row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), at(row.number(5))};
}

} // namespace

result<person_rows> read_person(sql_session& db, const std::string& tenant_id,
                                const std::string& caller) {
  const sql_values who{std::string_view{tenant_id}, std::string_view{caller}};
  person_rows found;
  auto done =
      read_into(found.calls, db,
                rows::calls.select("WHERE " + theirs + " ORDER BY started_at", rows::call_extras),
                who, rows::read_call);
  if (done)
    done = read_into(
        found.turns, db,
        rows::turns.select("WHERE " + of_their_calls + " ORDER BY started_at, turn_index"), who,
        rows::read_turn);
  if (done)
    done = read_into(found.tool_runs, db,
                     rows::tool_runs.select("WHERE " + of_their_calls + " ORDER BY at"), who,
                     rows::read_tool_run);
  if (done)
    done = read_into(found.messages, db,
                     rows::messages.select("WHERE " + of_the_person + " ORDER BY created_at"), who,
                     rows::read_message);
  if (done)
    done = read_into(found.recordings, db,
                     rows::recordings.select("WHERE " + of_the_person + " ORDER BY started_at"),
                     who, rows::read_recording);
  if (done)
    done = read_into(found.appointments, db,
                     rows::appointments.select("WHERE " + of_the_person + " ORDER BY starts_at"),
                     who, rows::read_appointment);
  if (done)
    done = read_into(found.questions, db,
                     "SELECT tenant_id, call_sid, question, asked_at, question_key FROM"
                     " unanswered_questions WHERE " +
                         of_their_calls + " ORDER BY asked_at",
                     who, read_question);
  if (done)
    done = read_into(found.users, db, rows::users.select("WHERE " + theirs), who, rows::read_user);
  if (done)
    done = read_into(found.notes, db, rows::notes.select("WHERE " + of_the_person + " ORDER BY at"),
                     who, rows::read_note);
  if (done)
    done =
        read_into(found.audit, db,
                  "SELECT tenant_id, call_sid, actor, action, detail, at FROM audit_logs WHERE " +
                      of_their_calls + " ORDER BY id",
                  who, read_audit);
  if (!done)
    return done.error();
  return found;
}

result<erased_rows> erase_person(sql_session& db, const std::string& tenant_id,
                                 const std::string& caller) {
  const sql_values who{std::string_view{tenant_id}, std::string_view{caller}};
  const std::string nobody =
      std::string{" SET caller_number = '"} + erased_number + "', caller_name = ''";
  erased_rows gone;
  // What is found by their calls goes before the calls lose their number.
  const std::pair<size_t*, std::string> steps[] = {
      {&gone.turns, "DELETE FROM turns WHERE " + of_their_calls},
      {&gone.tool_runs, "DELETE FROM tool_runs WHERE " + of_their_calls},
      {&gone.questions, "DELETE FROM unanswered_questions WHERE " + of_their_calls},
      {&gone.recordings, "DELETE FROM recordings WHERE " + of_the_person},
      {&gone.notes, "DELETE FROM call_notes WHERE " + of_the_person},
      {&gone.users, "DELETE FROM users WHERE " + theirs},
      {&gone.messages, "DELETE FROM caller_messages WHERE " + of_the_person},
      {&gone.appointments, "UPDATE appointments" + nobody + " WHERE " + of_the_person},
      {&gone.calls, "UPDATE calls" + nobody + ", next_step = '' WHERE " + theirs},
  };
  auto done = db.transaction([&]() -> result<void> {
    for (const auto& [count, sql] : steps) {
      const auto changed = db.run(sql, who);
      if (!changed)
        return changed.error();
      *count = *changed;
    }
    return {};
  });
  if (!done)
    return done.error();
  return gone;
}

} // namespace trunkline
