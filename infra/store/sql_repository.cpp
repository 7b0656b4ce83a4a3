#include "infra/store/sql_repository.hpp"
#include "infra/store/sql_read.hpp"

#include "infra/privacy/audit_chain.hpp"
#include "infra/store/sql_knowledge.hpp"
#include "infra/store/sql_person.hpp"
#include "infra/store/sql_read.hpp"
#include "infra/store/sql_retention.hpp"
#include "infra/store/sql_rows.hpp"
#include "infra/store/sql_users.hpp"
#include "infra/store/sql_versions.hpp"

#include <utility>

namespace trunkline {

namespace {

using rows::ms;

// Built once a session; the tables say what is in them.
struct statements {
  const std::string put_call = rows::calls.upsert();
  const std::string find_call = rows::calls.select("WHERE call_sid = $1", rows::call_extras);
  const std::string list_calls =
      rows::calls.select("ORDER BY started_at DESC LIMIT $1", rows::call_extras);
  // Whether a status counts is decided in one statement, so two engines cannot both win.
  const std::string put_carrier_status =
      "UPDATE calls SET carrier_status = $1, carrier_sequence = $2 WHERE call_sid = $3 AND"
      " carrier_sequence < $2 AND carrier_status NOT IN"
      " ('completed', 'busy', 'failed', 'no-answer', 'canceled')";
  const std::string put_turn = rows::turns.upsert();
  const std::string turns_of = rows::turns.select("WHERE call_sid = $1 ORDER BY turn_index");
  // The status callback of a recording may know more than its action did.
  const std::string put_message =
      rows::messages.insert() +
      " ON CONFLICT (id) DO UPDATE SET recording_url = CASE WHEN excluded.recording_url <> ''"
      " THEN excluded.recording_url ELSE caller_messages.recording_url END, recording_seconds ="
      " CASE WHEN excluded.recording_seconds > caller_messages.recording_seconds"
      " THEN excluded.recording_seconds ELSE caller_messages.recording_seconds END";
  const std::string list_messages = rows::messages.select("ORDER BY created_at DESC, id LIMIT $1");

  const std::string put_recording = rows::recordings.upsert();
  const std::string recordings_of =
      rows::recordings.select("WHERE call_sid = $1 ORDER BY started_at, id");
  const std::string database_id = "SELECT id FROM database_id";
  const std::string has_recording = "SELECT 1 FROM recordings WHERE id = $1";

  const std::string book = rows::appointments.insert_or_nothing();
  const std::string find_appointment = rows::appointments.select("WHERE id = $1");
  const std::string move = "UPDATE appointments SET starts_at = $1, ends_at = $2 WHERE id = $3"
                           " AND status = 'booked'";
  // Of many that move to one time at once on PostgreSQL, each waits for another by its exclusion
  // rule, the server ends one after a second as a deadlock, and that one tries again, for ever. So
  // those of a resource go one after the other.
  const std::string move_in_turn =
      "UPDATE appointments SET starts_at = $1, ends_at = $2 FROM (SELECT id AS own,"
      " pg_advisory_xact_lock(hashtextextended(tenant_id || '/' || resource, 0))"
      " FROM appointments WHERE id = $3) AS turn WHERE id = turn.own AND status = 'booked'";
  const std::string cancel = "UPDATE appointments SET status = 'cancelled' WHERE id = $1";
  const std::string appointments_between =
      rows::appointments.select("WHERE tenant_id = $1 AND resource = $2 AND starts_at < $3 AND"
                                " ends_at > $4 AND status = 'booked' ORDER BY starts_at");
  const std::string appointments_of =
      rows::appointments.select("WHERE tenant_id = $1 AND caller_number = $2 AND starts_at > $3"
                                " AND status = 'booked' ORDER BY starts_at");
  const std::string list_appointments =
      rows::appointments.select("ORDER BY created_at DESC, id LIMIT $1");

  const std::string put_tool_run =
      rows::tool_runs.insert() +
      " ON CONFLICT (call_sid, tool_call_id) DO UPDATE SET result = CASE WHEN excluded.result <> ''"
      " THEN excluded.result ELSE tool_runs.result END";
  const std::string tool_runs_of =
      rows::tool_runs.select("WHERE call_sid = $1 ORDER BY at, tool_call_id");
  const std::string close_lost =
      "UPDATE calls SET ended_at = $1, end_reason = 'engine_lost', error_count = error_count + 1,"
      " outcome = CASE WHEN outcome <> '' THEN outcome WHEN EXISTS (SELECT 1 FROM appointments a"
      " WHERE a.call_sid = calls.call_sid AND a.status = 'booked') THEN 'booked'"
      " WHEN EXISTS (SELECT 1 FROM caller_messages m WHERE m.call_sid = calls.call_sid)"
      " THEN 'message_taken' ELSE 'failed' END WHERE ended_at IS NULL AND engine_id ";
  const std::string close_orphans = close_lost + "= $2";
  const std::string close_expired =
      close_lost + "IN (SELECT id FROM engines WHERE lease_until < $1)";
  const std::string find_lease = "SELECT lease_until FROM engines WHERE id = $1";
  const std::string put_lease =
      "INSERT INTO engines (id, lease_until) VALUES ($1,$2)"
      " ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until";
  const std::string put_dead_letter = rows::dead_letters.upsert();
  const std::string list_dead_letters =
      rows::dead_letters.select("ORDER BY failed_at, id LIMIT $1");
  const std::string remove_dead_letter = "DELETE FROM outbox_dead WHERE id = $1";

  // It has no key of its own: the same row a second time is a repeated write.
  const std::string put_metric =
      "INSERT INTO system_metrics (metric_type, metric_value, service_name, additional_data, at)"
      " SELECT CAST($1 AS TEXT), CAST($2 AS DOUBLE PRECISION), CAST($3 AS TEXT),"
      " CAST($4 AS TEXT), CAST($5 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM system_metrics WHERE"
      " metric_type = $1 AND at = $5 AND service_name = $3 AND additional_data = $4)";

  const std::string put_incident = rows::incidents.insert() +
                                   " ON CONFLICT (id) DO UPDATE SET"
                                   " closed_at = excluded.closed_at, reason = excluded.reason";
  const std::string list_incidents = rows::incidents.select("ORDER BY opened_at DESC, id LIMIT $1");
  const std::string put_tenant =
      "INSERT INTO tenants (id, created_at) VALUES ($1,$2) ON CONFLICT DO NOTHING";
  const std::string put_assistant = rows::assistants.upsert();
  const std::string put_number =
      rows::numbers.upsert() +
      " WHERE NOT EXISTS (SELECT 1 FROM assistant_heads h WHERE h.id = numbers.assistant_id AND"
      " h.retired = 0)";
};

class sql_repository : public repository {
public:
  explicit sql_repository(std::unique_ptr<sql_session> session)
      : session_(std::move(session)), knowledge_(make_knowledge_rows(*session_)),
        users_(make_user_rows(*session_)), versions_(make_assistant_versions(*session_)) {}

  result<void> together(const std::function<result<void>()>& work) override {
    return session_->transaction(work);
  }

  result<void> put_call(const call_record& call) override {
    return run_only(*session_, sql_.put_call, rows::values(call));
  }
  result<std::optional<call_record>> find_call(const std::string& call_sid) override {
    return read_first(*session_, sql_.find_call, {std::string_view{call_sid}}, rows::read_call);
  }
  result<std::vector<call_record>> list_calls(size_t limit) override {
    return read_all(*session_, sql_.list_calls, {static_cast<int64_t>(limit)}, rows::read_call);
  }
  result<bool> put_carrier_status(const std::string& call_sid, const std::string& status,
                                  int sequence) override {
    auto changed =
        session_->run(sql_.put_carrier_status,
                      {std::string_view{status}, int64_t{sequence}, std::string_view{call_sid}});
    if (!changed)
      return changed.error();
    if (*changed > 0)
      return true;
    const auto call = find_call(call_sid);
    if (!call)
      return call.error();
    if (!*call)
      return failure{failure_kind::not_found, "no such call", false};
    return false;
  }

  result<void> put_turn(const turn_record& turn) override {
    return run_only(*session_, sql_.put_turn, rows::values(turn));
  }
  result<std::vector<turn_record>> turns_of(const std::string& call_sid) override {
    return read_all(*session_, sql_.turns_of, {std::string_view{call_sid}}, rows::read_turn);
  }

  result<void> put_message(const caller_message_record& message) override {
    return run_only(*session_, sql_.put_message, rows::values(message));
  }
  result<std::vector<caller_message_record>> list_messages(size_t limit) override {
    return read_all(*session_, sql_.list_messages, {static_cast<int64_t>(limit)},
                    rows::read_message);
  }

  result<void> put_recording(const recording_record& recording) override {
    return run_only(*session_, sql_.put_recording, rows::values(recording));
  }
  result<std::vector<recording_record>> recordings_of(const std::string& call_sid) override {
    return read_all(*session_, sql_.recordings_of, {std::string_view{call_sid}},
                    rows::read_recording);
  }
  result<bool> has_recording(const std::string& id) override {
    const auto found = session_->run(sql_.has_recording, {std::string_view{id}});
    return found ? result<bool>{*found > 0} : found.error();
  }
  result<std::string> database_id() override {
    std::string id;
    const auto found =
        session_->run(sql_.database_id, {}, [&](const sql_row& row) { id = row.text(0); });
    return found ? result<std::string>{id} : found.error();
  }

  result<appointment_record> book(const appointment_record& appointment) override;
  result<std::optional<appointment_record>> find_appointment(const std::string& id) override {
    return read_first(*session_, sql_.find_appointment, {std::string_view{id}},
                      rows::read_appointment);
  }
  result<appointment_record> move_appointment(const std::string& id, timestamp starts_at,
                                              timestamp ends_at) override {
    const bool in_turn = session_->dialect() == sql_dialect::postgres;
    return change(in_turn ? sql_.move_in_turn : sql_.move,
                  {ms(starts_at), ms(ends_at), std::string_view{id}}, id);
  }
  result<appointment_record> cancel_appointment(const std::string& id) override {
    return change(sql_.cancel, {std::string_view{id}}, id);
  }
  result<std::vector<appointment_record>> appointments_between(const std::string& tenant_id,
                                                               const std::string& resource,
                                                               timestamp from,
                                                               timestamp to) override {
    return read_all(*session_, sql_.appointments_between,
                    {std::string_view{tenant_id}, std::string_view{resource}, ms(to), ms(from)},
                    rows::read_appointment);
  }
  result<std::vector<appointment_record>> appointments_of(const std::string& tenant_id,
                                                          const std::string& caller_number,
                                                          timestamp now) override {
    return read_all(*session_, sql_.appointments_of,
                    {std::string_view{tenant_id}, std::string_view{caller_number}, ms(now)},
                    rows::read_appointment);
  }
  result<std::vector<appointment_record>> list_appointments(size_t limit) override {
    return read_all(*session_, sql_.list_appointments, {static_cast<int64_t>(limit)},
                    rows::read_appointment);
  }

  result<void> put_tool_run(const tool_run_record& run) override {
    return run_only(*session_, sql_.put_tool_run, rows::values(run));
  }
  result<std::vector<tool_run_record>> tool_runs_of(const std::string& call_sid) override {
    return read_all(*session_, sql_.tool_runs_of, {std::string_view{call_sid}},
                    rows::read_tool_run);
  }
  result<size_t> close_orphans(const std::string& engine_id, timestamp at) override {
    return session_->run(sql_.close_orphans, {ms(at), std::string_view{engine_id}});
  }
  result<size_t> renew_lease(const std::string& engine_id, timestamp now,
                             std::chrono::milliseconds lease) override;
  result<void> put_dead_letter(const dead_letter_record& dead) override {
    return run_only(*session_, sql_.put_dead_letter, rows::values(dead));
  }
  result<std::vector<dead_letter_record>> list_dead_letters(size_t limit) override {
    return read_all(*session_, sql_.list_dead_letters, {static_cast<int64_t>(limit)},
                    rows::read_dead_letter);
  }
  result<void> remove_dead_letter(const std::string& id) override {
    return run_only(*session_, sql_.remove_dead_letter, {std::string_view{id}});
  }

  result<void> put_audit(const audit_record& entry) override {
    return session_->transaction([&] { return append_audit(*session_, entry, nullptr); });
  }
  result<person_rows> everything_of(const std::string& tenant_id,
                                    const std::string& caller_number) override {
    return read_person(*session_, tenant_id, caller_number);
  }
  result<erased_rows> erase(const std::string& tenant_id, const std::string& caller_number,
                            timestamp) override {
    return erase_person(*session_, tenant_id, caller_number);
  }
  result<size_t> purge(const purge_order& order, size_t most) override {
    return purge_rows(*session_, order, most);
  }
  result<void> put_incident(const incident_record& incident) override {
    return run_only(*session_, sql_.put_incident, rows::values(incident));
  }
  result<std::vector<incident_record>> list_incidents(size_t limit) override {
    return read_all(*session_, sql_.list_incidents, {static_cast<int64_t>(limit)},
                    rows::read_incident);
  }
  result<void> put_system_metrics(const std::vector<system_metric_record>& minute) override;
  result<void> put_assistant(const assistant& who, const std::string& json) override;
  knowledge_rows& knowledge() override { return *knowledge_; }
  user_rows& users() override { return *users_; }
  assistant_versions& versions() override { return *versions_; }

private:
  static failure taken() { return {failure_kind::conflict, "the time is taken", false}; }

  result<appointment_record> change(const std::string& sql, const sql_values& values,
                                    const std::string& id) {
    const auto changed = session_->run(sql, values);
    if (!changed)
      return changed.error().kind == failure_kind::conflict ? taken() : changed.error();
    auto row = find_appointment(id);
    if (!row)
      return row.error();
    if (!*row || *changed == 0)
      return failure{failure_kind::not_found, "no such appointment", false};
    return **row;
  }

  std::unique_ptr<sql_session> session_;
  std::unique_ptr<knowledge_rows> knowledge_;
  std::unique_ptr<user_rows> users_;
  std::unique_ptr<assistant_versions> versions_;
  const statements sql_;
};

result<appointment_record> sql_repository::book(const appointment_record& appointment) {
  for (const bool tried : {false, true}) {
    auto known = find_appointment(appointment.id);
    if (!known)
      return known.error();
    if (*known)
      return **known;
    if (tried)
      break;
    const auto done = session_->run(sql_.book, rows::values(appointment));
    if (done && *done > 0)
      return appointment;
    if (!done && done.error().kind != failure_kind::conflict)
      return done.error();
  }
  return taken();
}

result<size_t> sql_repository::renew_lease(const std::string& engine_id, timestamp now,
                                           std::chrono::milliseconds lease) {
  size_t closed = 0;
  const auto done = session_->transaction([&]() -> result<void> {
    bool was_late = false;
    if (auto found = session_->run(sql_.find_lease, {std::string_view{engine_id}},
                                   [&](const sql_row& row) { was_late = row.number(0) < ms(now); });
        !found)
      return found.error();
    if (auto kept =
            run_only(*session_, sql_.put_lease, {std::string_view{engine_id}, ms(now + lease)});
        !kept)
      return kept;
    if (was_late)
      return {};
    const auto changed = session_->run(sql_.close_expired, {ms(now)});
    if (!changed)
      return changed.error();
    closed = *changed;
    return {};
  });
  if (!done)
    return done.error();
  return closed;
}

result<void> sql_repository::put_system_metrics(const std::vector<system_metric_record>& minute) {
  return session_->transaction([&]() -> result<void> {
    for (const auto& one : minute)
      if (auto done = run_only(*session_, sql_.put_metric,
                               {std::string_view{one.metric_type}, one.metric_value,
                                std::string_view{one.service_name},
                                std::string_view{one.additional_data}, ms(one.at)});
          !done)
        return done;
    return {};
  });
}

result<void> sql_repository::put_assistant(const assistant& who, const std::string& json) {
  return session_->transaction([&]() -> result<void> {
    const auto now = rows::now_ms();
    const std::string_view tenant = who.tenant_id, id = who.id;
    if (auto done = run_only(*session_, sql_.put_tenant, {tenant, now}); !done)
      return done;
    if (auto done =
            run_only(*session_, sql_.put_assistant,
                     {id, std::string_view{who.version}, tenant, std::string_view{json}, now});
        !done)
      return done;
    for (const auto& number : who.numbers)
      if (auto done = run_only(*session_, sql_.put_number, {std::string_view{number}, tenant, id});
          !done)
        return done;
    return {};
  });
}

} // namespace

std::unique_ptr<repository> make_repository(std::unique_ptr<sql_session> session) {
  return std::make_unique<sql_repository>(std::move(session));
}

} // namespace trunkline
