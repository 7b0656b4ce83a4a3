#include "infra/store/sqlite_repository.hpp"

#include "infra/store/sqlite_rows.hpp"

#include <utility>

namespace trunkline {

namespace {

using sqlite::statement;

class sqlite_repository : public repository {
public:
  explicit sqlite_repository(sqlite::connection connection) : connection_(std::move(connection)) {}

  result<void> put_call(const call_record& call) override {
    statement put{
        db(), "INSERT INTO calls (call_sid, tenant_id, assistant_id, assistant_version, channel,"
              " direction, caller_number, called_number, caller_name, started_at, ended_at,"
              " outcome, end_reason, resumes, ai_response_count, user_input_count,"
              " knowledge_queries, error_count, next_step, services)"
              " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
              " ON CONFLICT (call_sid) DO UPDATE SET tenant_id=excluded.tenant_id,"
              " assistant_id=excluded.assistant_id,"
              " assistant_version=excluded.assistant_version, channel=excluded.channel,"
              " direction=excluded.direction, caller_number=excluded.caller_number,"
              " called_number=excluded.called_number, caller_name=excluded.caller_name,"
              " started_at=excluded.started_at, ended_at=excluded.ended_at,"
              " outcome=excluded.outcome, end_reason=excluded.end_reason,"
              " resumes=excluded.resumes, ai_response_count=excluded.ai_response_count,"
              " user_input_count=excluded.user_input_count,"
              " knowledge_queries=excluded.knowledge_queries,"
              " error_count=excluded.error_count, next_step=excluded.next_step,"
              " services=excluded.services"};
    return rows::bind(put, call).run();
  }

  result<std::optional<call_record>> find_call(const std::string& call_sid) override {
    statement found{db(), rows::select_call("WHERE call_sid = ?").c_str()};
    auto row = found.bind(call_sid).step();
    if (!row)
      return row.error();
    return *row ? std::optional{rows::read_call(found)} : std::nullopt;
  }

  result<std::vector<call_record>> list_calls(size_t limit) override {
    statement all{db(), rows::select_call("ORDER BY started_at DESC LIMIT ?").c_str()};
    return rows::read_all<call_record>(all.bind(static_cast<int64_t>(limit)), rows::read_call);
  }

  result<bool> put_carrier_status(const std::string& call_sid, const std::string& status,
                                  int sequence) override {
    auto call = find_call(call_sid);
    if (!call)
      return call.error();
    if (!*call)
      return failure{failure_kind::not_found, "no such call", false};
    if ((*call)->carrier_sequence >= sequence || rows::is_final_status((*call)->carrier_status))
      return false;
    statement put{db(), "UPDATE calls SET carrier_status = ?, carrier_sequence = ?"
                        " WHERE call_sid = ? AND carrier_sequence < ?"};
    auto done =
        put.bind(status).bind(int64_t{sequence}).bind(call_sid).bind(int64_t{sequence}).run();
    if (!done)
      return done.error();
    return sqlite3_changes(db()) > 0;
  }

  result<void> put_turn(const turn_record& turn) override {
    statement put{db(), "INSERT OR REPLACE INTO turns (call_sid, turn_index, role, text, heard,"
                        " started_at, response_time_ms, audio_duration_ms, action, rung,"
                        " rung_reason, knowledge_used, latency, tools, services,"
                        " speculated_ms, speculations_wasted)"
                        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
    return rows::bind(put, turn).run();
  }

  result<std::vector<turn_record>> turns_of(const std::string& call_sid) override {
    statement all{db(), "SELECT call_sid, turn_index, role, text, heard, started_at,"
                        " response_time_ms, audio_duration_ms, action, rung, rung_reason,"
                        " knowledge_used, latency, tools, services, speculated_ms,"
                        " speculations_wasted FROM turns WHERE call_sid = ?"
                        " ORDER BY turn_index"};
    return rows::read_all<turn_record>(all.bind(call_sid), rows::read_turn);
  }

  result<void> put_message(const caller_message_record& message) override {
    // The status callback of a recording may know more than its action did.
    statement put{db(), "INSERT INTO caller_messages (id, tenant_id, call_sid, caller_number,"
                        " caller_name, for_whom, text, recording_url, recording_seconds,"
                        " created_at) VALUES (?,?,?,?,?,?,?,?,?,?)"
                        " ON CONFLICT (id) DO UPDATE SET"
                        " recording_url = CASE WHEN excluded.recording_url <> ''"
                        "   THEN excluded.recording_url ELSE recording_url END,"
                        " recording_seconds = max(recording_seconds, excluded.recording_seconds)"};
    return rows::bind(put, message).run();
  }

  result<std::vector<caller_message_record>> list_messages(size_t limit) override {
    statement all{db(), "SELECT id, tenant_id, call_sid, caller_number, caller_name, for_whom,"
                        " text, recording_url, recording_seconds, created_at FROM caller_messages"
                        " ORDER BY created_at DESC, id LIMIT ?"};
    return rows::read_all<caller_message_record>(all.bind(static_cast<int64_t>(limit)),
                                                 rows::read_message);
  }

  result<appointment_record> book(const appointment_record& appointment) override {
    auto known = find_appointment(appointment.id);
    if (!known)
      return known.error();
    if (*known)
      return **known;
    statement put{db(), "INSERT INTO appointments (id, tenant_id, call_sid, resource, service_id,"
                        " caller_number, caller_name, starts_at, ends_at, status, created_at)"
                        " VALUES (?,?,?,?,?,?,?,?,?,?,?)"};
    if (auto done = rows::bind(put, appointment).run(); !done)
      return taken(done.error());
    return appointment;
  }

  result<appointment_record> move_appointment(const std::string& id, timestamp starts_at,
                                              timestamp ends_at) override {
    return change(id, [&] {
      statement put{db(), "UPDATE appointments SET starts_at = ?, ends_at = ?"
                          " WHERE id = ? AND status = 'booked'"};
      return put.bind(rows::ms(starts_at)).bind(rows::ms(ends_at)).bind(id).run();
    });
  }

  result<appointment_record> cancel_appointment(const std::string& id) override {
    return change(id, [&] {
      return statement{db(), "UPDATE appointments SET status = 'cancelled' WHERE id = ?"}
          .bind(id)
          .run();
    });
  }

  result<std::vector<appointment_record>> appointments_between(const std::string& tenant_id,
                                                               const std::string& resource,
                                                               timestamp from,
                                                               timestamp to) override {
    statement all{db(),
                  rows::select_appointment("WHERE tenant_id = ? AND resource = ? AND starts_at < ?"
                                           " AND ends_at > ? AND status = 'booked'"
                                           " ORDER BY starts_at")
                      .c_str()};
    all.bind(tenant_id).bind(resource).bind(rows::ms(to)).bind(rows::ms(from));
    return rows::read_all<appointment_record>(all, rows::read_appointment);
  }

  result<std::vector<appointment_record>> appointments_of(const std::string& tenant_id,
                                                          const std::string& caller_number,
                                                          timestamp now) override {
    statement all{
        db(), rows::select_appointment("WHERE tenant_id = ? AND caller_number = ? AND starts_at > ?"
                                       " AND status = 'booked' ORDER BY starts_at")
                  .c_str()};
    all.bind(tenant_id).bind(caller_number).bind(rows::ms(now));
    return rows::read_all<appointment_record>(all, rows::read_appointment);
  }

  result<std::vector<appointment_record>> list_appointments(size_t limit) override {
    statement all{db(), rows::select_appointment("ORDER BY created_at DESC, id LIMIT ?").c_str()};
    return rows::read_all<appointment_record>(all.bind(static_cast<int64_t>(limit)),
                                              rows::read_appointment);
  }

  result<void> put_audit(const audit_record& entry) override {
    return statement{db(), "INSERT INTO audit_logs (tenant_id, call_sid, actor, action, detail, at)"
                           " VALUES (?,?,?,?,?,?)"}
        .bind(entry.tenant_id)
        .bind(entry.call_sid)
        .bind(entry.actor)
        .bind(entry.action)
        .bind(entry.detail)
        .bind(rows::ms(entry.at))
        .run();
  }

  result<void> put_incident(const incident_record& incident) override {
    statement put{db(), "INSERT INTO incidents (id, service, opened_at, closed_at, reason)"
                        " VALUES (?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
                        " closed_at=excluded.closed_at, reason=excluded.reason"};
    return rows::bind(put, incident).run();
  }

  result<std::vector<incident_record>> list_incidents(size_t limit) override {
    statement all{db(), "SELECT id, service, opened_at, closed_at, reason FROM incidents"
                        " ORDER BY opened_at DESC, id LIMIT ?"};
    return rows::read_all<incident_record>(all.bind(static_cast<int64_t>(limit)),
                                           rows::read_incident);
  }

  result<void> put_system_metrics(const std::vector<system_metric_record>& all) override {
    return connection_.transaction([&]() -> result<void> {
      for (const auto& one : all) {
        statement put{db(), "INSERT INTO system_metrics (metric_type, metric_value, service_name,"
                            " additional_data, at) VALUES (?,?,?,?,?)"};
        if (auto done = put.bind(one.metric_type)
                            .bind(one.metric_value)
                            .bind(one.service_name)
                            .bind(one.additional_data)
                            .bind(rows::ms(one.at))
                            .run();
            !done)
          return done;
      }
      return {};
    });
  }

  result<void> put_assistant(const assistant& who, const std::string& json) override {
    return connection_.transaction([&]() -> result<void> {
      const auto now = rows::now_ms();
      if (auto done = statement{db(), "INSERT OR IGNORE INTO tenants (id, created_at) VALUES (?,?)"}
                          .bind(who.tenant_id)
                          .bind(now)
                          .run();
          !done)
        return done;
      if (auto done = statement{db(), "INSERT OR REPLACE INTO assistants VALUES (?,?,?,?,?)"}
                          .bind(who.id)
                          .bind(who.version)
                          .bind(who.tenant_id)
                          .bind(json)
                          .bind(now)
                          .run();
          !done)
        return done;
      for (const auto& number : who.numbers)
        if (auto done = statement{db(), "INSERT OR REPLACE INTO numbers VALUES (?,?,?)"}
                            .bind(number)
                            .bind(who.tenant_id)
                            .bind(who.id)
                            .run();
            !done)
          return done;
      return {};
    });
  }

private:
  sqlite3* db() const { return connection_.handle(); }

  static failure taken(failure why) {
    if (why.kind == failure_kind::conflict)
      why.context = "the time is taken";
    return why;
  }

  result<std::optional<appointment_record>> find_appointment(const std::string& id) {
    statement found{db(), rows::select_appointment("WHERE id = ?").c_str()};
    auto row = found.bind(id).step();
    if (!row)
      return row.error();
    return *row ? std::optional{rows::read_appointment(found)} : std::nullopt;
  }

  template<class F>
  result<appointment_record> change(const std::string& id, F update) {
    if (auto done = update(); !done)
      return taken(done.error());
    const bool changed = sqlite3_changes(db()) > 0;
    auto row = find_appointment(id);
    if (!row)
      return row.error();
    if (!*row || !changed)
      return failure{failure_kind::not_found, "no such appointment", false};
    return **row;
  }

  sqlite::connection connection_;
};

} // namespace

std::unique_ptr<repository> make_sqlite_repository(sqlite::connection connection) {
  return std::make_unique<sqlite_repository>(std::move(connection));
}

} // namespace trunkline
