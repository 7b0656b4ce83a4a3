#include "infra/privacy/sealed_repository.hpp"

#include "infra/privacy/audit_chain.hpp"
#include "infra/privacy/person_keys.hpp"
#include "infra/privacy/sealed_fields.hpp"
#include "infra/privacy/sealed_knowledge.hpp"
#include "infra/privacy/sealed_text.hpp"
#include "infra/privacy/sealed_users.hpp"
#include "infra/store/sql_repository.hpp"

#include <algorithm>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace trunkline {

namespace {

constexpr size_t callers_max = 20000;

template<class Row>
constexpr bool has_number = requires(Row row) {
  row.caller_number;
};

class sealed_repository : public repository {
public:
  sealed_repository(std::unique_ptr<repository> inner, sql_session& session,
                    shared_master_keys keys)
      : inner_(std::move(inner)), session_(session), keys_(session, std::move(keys)),
        knowledge_(inner_->knowledge(), keys_,
                   [this](const std::string& call_sid) { return person_of_call(call_sid); }),
        users_(inner_->users(), keys_, [this](const auto& work) { return together(work); }) {}

  result<void> together(const std::function<result<void>()>& work) override {
    auto done = inner_->together(work);
    if (!done) {
      keys_.forget();
      callers_.clear();
    }
    return done;
  }

  result<void> put_call(const call_record& call) override {
    return put(call, &repository::put_call);
  }
  result<std::optional<call_record>> find_call(const std::string& call_sid) override {
    return opened(inner_->find_call(call_sid));
  }
  result<std::vector<call_record>> list_calls(size_t limit) override {
    return opened(inner_->list_calls(limit));
  }
  result<bool> put_carrier_status(const std::string& call_sid, const std::string& status,
                                  int sequence) override {
    return inner_->put_carrier_status(call_sid, status, sequence);
  }
  result<void> put_turn(const turn_record& turn) override {
    return put(turn, &repository::put_turn);
  }
  result<std::vector<turn_record>> turns_of(const std::string& call_sid) override {
    return opened(inner_->turns_of(call_sid));
  }
  result<void> put_message(const caller_message_record& message) override {
    return put(message, &repository::put_message);
  }
  result<std::vector<caller_message_record>> list_messages(size_t limit) override {
    return opened(inner_->list_messages(limit));
  }
  result<void> put_recording(const recording_record& recording) override {
    return put(recording, &repository::put_recording);
  }
  result<std::vector<recording_record>> recordings_of(const std::string& call_sid) override {
    return opened(inner_->recordings_of(call_sid));
  }
  result<bool> has_recording(const std::string& id) override { return inner_->has_recording(id); }
  result<std::string> database_id() override { return inner_->database_id(); }

  result<appointment_record> book(const appointment_record& appointment) override {
    auto row = appointment;
    if (auto done = seal_row(row); !done)
      return done.error();
    return opened(inner_->book(row));
  }
  result<std::optional<appointment_record>> find_appointment(const std::string& id) override {
    return opened(inner_->find_appointment(id));
  }
  result<appointment_record> move_appointment(const std::string& id, timestamp starts_at,
                                              timestamp ends_at) override {
    return opened(inner_->move_appointment(id, starts_at, ends_at));
  }
  result<appointment_record> cancel_appointment(const std::string& id) override {
    return opened(inner_->cancel_appointment(id));
  }
  result<std::vector<appointment_record>> appointments_between(const std::string& tenant_id,
                                                               const std::string& resource,
                                                               timestamp from,
                                                               timestamp to) override {
    return opened(inner_->appointments_between(tenant_id, resource, from, to));
  }
  result<std::vector<appointment_record>> appointments_of(const std::string& tenant_id,
                                                          const std::string& caller_number,
                                                          timestamp now) override;
  result<std::vector<appointment_record>> list_appointments(size_t limit) override {
    return opened(inner_->list_appointments(limit));
  }

  result<void> put_tool_run(const tool_run_record& run) override {
    return put(run, &repository::put_tool_run);
  }
  result<std::vector<tool_run_record>> tool_runs_of(const std::string& call_sid) override {
    return opened(inner_->tool_runs_of(call_sid));
  }
  result<size_t> close_orphans(const std::string& engine_id, timestamp at) override {
    return inner_->close_orphans(engine_id, at);
  }
  result<size_t> renew_lease(const std::string& engine_id, timestamp now,
                             std::chrono::milliseconds lease) override {
    return inner_->renew_lease(engine_id, now, lease);
  }
  result<void> put_dead_letter(const dead_letter_record& dead) override {
    return put(dead, &repository::put_dead_letter);
  }
  result<std::vector<dead_letter_record>> list_dead_letters(size_t limit) override {
    return opened(inner_->list_dead_letters(limit));
  }
  result<void> remove_dead_letter(const std::string& id) override {
    return inner_->remove_dead_letter(id);
  }
  result<void> put_audit(const audit_record& entry) override;
  result<person_rows> everything_of(const std::string& tenant_id,
                                    const std::string& caller_number) override;
  result<erased_rows> erase(const std::string& tenant_id, const std::string& caller_number,
                            timestamp at) override;
  result<size_t> purge(const purge_order& order, size_t most) override {
    return inner_->purge(order, most);
  }
  result<void> put_incident(const incident_record& incident) override {
    return inner_->put_incident(incident);
  }
  result<std::vector<incident_record>> list_incidents(size_t limit) override {
    return inner_->list_incidents(limit);
  }
  result<void> put_system_metrics(const std::vector<system_metric_record>& rows) override {
    return inner_->put_system_metrics(rows);
  }
  result<void> put_assistant(const assistant& who, const std::string& json) override {
    return inner_->put_assistant(who, json);
  }
  knowledge_rows& knowledge() override { return knowledge_; }
  user_rows& users() override { return users_; }
  assistant_versions& versions() override { return inner_->versions(); }

private:
  // A row and the person it makes are written together.
  template<class Row>
  result<void> put(const Row& row, result<void> (repository::*writer)(const Row&)) {
    return together([&]() -> result<void> {
      auto copy = row;
      if (auto done = seal_row(copy); !done)
        return done;
      return (*inner_.*writer)(copy);
    });
  }

  template<class Row>
  result<person> person_of(const Row& row) {
    if constexpr (has_number<Row>)
      return caller(row.tenant_id, row.caller_number, row.call_sid);
    else
      return person_of_call(row.call_sid);
  }
  result<person> caller(const std::string& tenant_id, const std::string& number,
                        const std::string& call_sid) {
    auto who = is_person_id(number) ? std::optional{keys_.by_id(number)} : std::nullopt;
    if (who)
      return std::move(*who);
    auto found = keys_.of_caller(tenant_id, number, call_sid, true);
    if (!found)
      return found.error();
    return std::move(**found);
  }
  result<person> person_of_call(const std::string& call_sid);

  template<class Row>
  result<void> seal_row(Row& row) {
    if constexpr (std::is_same_v<Row, dead_letter_record>) {
      auto sealed = texts_.seal_for_rows(row.payload, fields_of(row).front().second);
      if (!sealed)
        return sealed.error();
      row.payload = std::move(*sealed);
    } else {
      const auto who = person_of(row);
      if (!who)
        return who.error();
      for (auto& [text, place] : fields_of(row))
        *text = sealed_text::seal_for(*who, *text, place);
      if constexpr (has_number<Row>)
        row.caller_number = who->id;
    }
    return {};
  }

  template<class Row>
  result<void> open_row(Row& row) {
    for (auto& [text, place] : fields_of(row))
      if (auto done = texts_.open(*text, place); !done)
        return done;
    if constexpr (has_number<Row>)
      if (is_person_id(row.caller_number)) {
        auto who = keys_.by_id(row.caller_number);
        if (!who && who.error().kind != failure_kind::not_found)
          return who.error();
        row.caller_number = who ? std::move(who->number) : "unknown";
      }
    return {};
  }

  template<class Row>
  result<Row> opened(result<Row> row) {
    if (row)
      if (auto done = open_row(*row); !done)
        return done.error();
    return row;
  }
  template<class Row>
  result<std::optional<Row>> opened(result<std::optional<Row>> row) {
    if (row && *row)
      if (auto done = open_row(**row); !done)
        return done.error();
    return row;
  }
  template<class Row>
  result<std::vector<Row>> opened(result<std::vector<Row>> rows) {
    if (rows)
      for (auto& row : *rows)
        if (auto done = open_row(row); !done)
          return done.error();
    return rows;
  }

  std::unique_ptr<repository> inner_;
  sql_session& session_; // of inner_
  person_keys keys_;
  sealed_text texts_{keys_};
  sealed_knowledge knowledge_;
  sealed_users users_;
  std::unordered_map<std::string, std::string> callers_; ///< person's id by call
};

result<person> sealed_repository::person_of_call(const std::string& call_sid) {
  if (const auto known = callers_.find(call_sid); known != callers_.end())
    return keys_.by_id(known->second);
  const auto call = inner_->find_call(call_sid);
  if (!call)
    return call.error();
  if (!*call) // its first row is still to come
    return caller({}, {}, call_sid);
  auto who = caller((*call)->tenant_id, (*call)->caller_number, call_sid);
  if (callers_.size() >= callers_max)
    callers_.clear();
  if (who && is_person_id((*call)->caller_number))
    callers_.emplace(call_sid, who->id);
  return who;
}

result<std::vector<appointment_record>>
sealed_repository::appointments_of(const std::string& tenant_id, const std::string& caller_number,
                                   timestamp now) {
  auto rows = opened(inner_->appointments_of(tenant_id, caller_number, now)); // from before
  if (!rows || !is_a_number(caller_number))
    return rows;
  const auto who = keys_.of_caller(tenant_id, caller_number, {}, false);
  if (!who)
    return who.error();
  if (!*who)
    return rows;
  auto sealed = opened(inner_->appointments_of(tenant_id, (*who)->id, now));
  if (!sealed)
    return sealed;
  rows->insert(rows->end(), sealed->begin(), sealed->end());
  std::sort(rows->begin(), rows->end(), [](auto& a, auto& b) { return a.starts_at < b.starts_at; });
  return rows;
}

result<person_rows> sealed_repository::everything_of(const std::string& tenant_id,
                                                     const std::string& caller_number) {
  auto all = inner_->everything_of(tenant_id, caller_number); // from before there was a key
  if (!all)
    return all;
  const auto who = keys_.of_caller(tenant_id, caller_number, {}, false);
  if (!who)
    return who.error();
  if (!*who)
    return all;
  auto sealed = inner_->everything_of(tenant_id, (*who)->id);
  if (!sealed)
    return sealed;
  result<void> done;
  const auto add = [&](auto& to, auto& from) {
    for (auto& row : from) {
      if (done)
        done = open_row(row);
      to.push_back(std::move(row));
    }
  };
  add(all->calls, sealed->calls);
  add(all->turns, sealed->turns);
  add(all->tool_runs, sealed->tool_runs);
  add(all->messages, sealed->messages);
  add(all->appointments, sealed->appointments);
  add(all->questions, sealed->questions);
  add(all->recordings, sealed->recordings);
  add(all->users, sealed->users);
  add(all->notes, sealed->notes);
  all->audit.insert(all->audit.end(), sealed->audit.begin(), sealed->audit.end());
  if (!done)
    return done.error();
  return all;
}

result<erased_rows> sealed_repository::erase(const std::string& tenant_id,
                                             const std::string& caller_number, timestamp at) {
  erased_rows gone;
  const auto add = [&](const std::string& caller) -> result<void> {
    const auto some = inner_->erase(tenant_id, caller, at);
    if (!some)
      return some.error();
    gone += *some;
    return {};
  };
  const auto done = together([&]() -> result<void> {
    if (auto plain = add(caller_number); !plain)
      return plain;
    const auto who = keys_.of_caller(tenant_id, caller_number, {}, false);
    if (!who)
      return who.error();
    if (!*who)
      return {};
    if (auto sealed = add((*who)->id); !sealed)
      return sealed;
    return keys_.destroy((*who)->id, at.time_since_epoch().count());
  });
  if (!done)
    return done.error();
  return gone;
}

result<void> sealed_repository::put_audit(const audit_record& entry) {
  return together([&]() -> result<void> {
    const auto key = keys_.key_for("audit");
    if (!key)
      return key.error();
    return append_audit(session_, entry, &*key);
  });
}

} // namespace

std::unique_ptr<repository> make_sealed_repository(std::unique_ptr<sql_session> session,
                                                   shared_master_keys keys) {
  auto& same = *session;
  auto inner = make_repository(std::move(session));
  if (!keys)
    return inner;
  return std::make_unique<sealed_repository>(std::move(inner), same, std::move(keys));
}

result<void> check_data_keys(sql_session& db, const shared_master_keys& keys) {
  std::string master_id;
  const auto read = db.run("SELECT master_id FROM data_keys ORDER BY id LIMIT 1", {},
                           [&](const sql_row& row) { master_id = row.text(0); });
  if (!read)
    return read.error();
  if (*read == 0)
    return {};
  if (!keys)
    return failure{failure_kind::unauthorized,
                   db.name() + " is encrypted with data key " + master_id +
                       ": set TRUNKLINE_STORE_DATA_KEY or store.data_key_file",
                   false};
  person_keys known{db, keys};
  for (const auto* purpose : {"audit", "lookup", "rows"})
    if (auto key = known.stored_key(purpose); !key)
      return key.error();
  return {};
}

} // namespace trunkline
