#pragma once

#include "infra/store/store_row.hpp"

#include <utility>
#include <vector>

namespace trunkline {

/// A repository for one tool: rows that can be written later are collected, everything else is
/// `under`'s, or unreachable when there is none.
class collecting_repository : public repository {
public:
  explicit collecting_repository(repository* under) : under_(under) {}
  collecting_repository(const collecting_repository&) = delete;
  collecting_repository& operator=(const collecting_repository&) = delete;

  std::vector<store_row> rows; ///< to be put, in order

  result<void> put_message(const caller_message_record& row) override { return keep(row); }
  result<void> put_audit(const audit_record& row) override { return keep(row); }
  result<void> put_call(const call_record& row) override { return keep(row); }
  result<void> put_recording(const recording_record& row) override { return keep(row); }
  result<void> put_turn(const turn_record& row) override { return keep(row); }
  result<void> put_tool_run(const tool_run_record& row) override { return keep(row); }
  result<void> put_incident(const incident_record& row) override { return keep(row); }
  result<void> put_system_metrics(const std::vector<system_metric_record>& all) override {
    return keep(all);
  }

  result<void> together(const std::function<result<void>()>& work) override {
    return under_ ? under_->together(work) : away();
  }
  result<std::optional<call_record>> find_call(const std::string& sid) override {
    return under_ ? under_->find_call(sid) : away();
  }
  result<std::vector<call_record>> list_calls(size_t limit) override {
    return under_ ? under_->list_calls(limit) : away();
  }
  result<bool> put_carrier_status(const std::string& sid, const std::string& status,
                                  int sequence) override {
    return under_ ? under_->put_carrier_status(sid, status, sequence) : away();
  }
  result<std::vector<turn_record>> turns_of(const std::string& sid) override {
    return under_ ? under_->turns_of(sid) : away();
  }
  result<std::vector<caller_message_record>> list_messages(size_t limit) override {
    return under_ ? under_->list_messages(limit) : away();
  }
  result<std::vector<recording_record>> recordings_of(const std::string& sid) override {
    return under_ ? under_->recordings_of(sid) : away();
  }
  result<bool> has_recording(const std::string& id) override {
    return under_ ? under_->has_recording(id) : away();
  }
  result<std::string> database_id() override { return under_ ? under_->database_id() : away(); }
  result<appointment_record> book(const appointment_record& row) override {
    return under_ ? under_->book(row) : away();
  }
  result<std::optional<appointment_record>> find_appointment(const std::string& id) override {
    return under_ ? under_->find_appointment(id) : away();
  }
  result<appointment_record> move_appointment(const std::string& id, timestamp from,
                                              timestamp to) override {
    return under_ ? under_->move_appointment(id, from, to) : away();
  }
  result<appointment_record> cancel_appointment(const std::string& id) override {
    return under_ ? under_->cancel_appointment(id) : away();
  }
  result<std::vector<appointment_record>> appointments_between(const std::string& tenant,
                                                               const std::string& resource,
                                                               timestamp from,
                                                               timestamp to) override {
    return under_ ? under_->appointments_between(tenant, resource, from, to) : away();
  }
  result<std::vector<appointment_record>>
  appointments_of(const std::string& tenant, const std::string& number, timestamp now) override {
    return under_ ? under_->appointments_of(tenant, number, now) : away();
  }
  result<std::vector<appointment_record>> list_appointments(size_t limit) override {
    return under_ ? under_->list_appointments(limit) : away();
  }
  result<std::vector<tool_run_record>> tool_runs_of(const std::string& sid) override {
    return under_ ? under_->tool_runs_of(sid) : away();
  }
  result<size_t> close_orphans(const std::string& engine, timestamp at) override {
    return under_ ? under_->close_orphans(engine, at) : away();
  }
  result<size_t> renew_lease(const std::string& engine, timestamp now,
                             std::chrono::milliseconds lease) override {
    return under_ ? under_->renew_lease(engine, now, lease) : away();
  }
  result<void> put_dead_letter(const dead_letter_record& dead) override {
    return under_ ? under_->put_dead_letter(dead) : away();
  }
  result<std::vector<dead_letter_record>> list_dead_letters(size_t limit) override {
    return under_ ? under_->list_dead_letters(limit) : away();
  }
  result<void> remove_dead_letter(const std::string& id) override {
    return under_ ? under_->remove_dead_letter(id) : away();
  }
  result<person_rows> everything_of(const std::string& tenant, const std::string& number) override {
    return under_ ? under_->everything_of(tenant, number) : away();
  }
  result<erased_rows> erase(const std::string& tenant, const std::string& number,
                            timestamp at) override {
    return under_ ? under_->erase(tenant, number, at) : away();
  }
  result<size_t> purge(const purge_order& order, size_t most) override {
    return under_ ? under_->purge(order, most) : away();
  }
  result<std::vector<incident_record>> list_incidents(size_t limit) override {
    return under_ ? under_->list_incidents(limit) : away();
  }
  result<void> put_assistant(const assistant& who, const std::string& json) override {
    return under_ ? under_->put_assistant(who, json) : away();
  }
  /// Without a database there is no knowledge either: see needs_database() of the store actor.
  knowledge_rows& knowledge() override { return under_->knowledge(); }
  user_rows& users() override { return users_; }
  assistant_versions& versions() override { return under_->versions(); } ///< as knowledge

private:
  template<class Row>
  result<void> keep(const Row& row) {
    rows.emplace_back(row);
    return {};
  }
  struct collecting_users : user_rows {
    explicit collecting_users(collecting_repository& of) : of{of} {}

    result<void> put_note(const call_note_record& note) override { return of.keep(note); }
    result<void> forget(const forget_row& who) override { return of.keep(who); }
    result<std::optional<call_note_record>> note_of(const std::string& sid) override {
      return of.under_ ? of.under_->users().note_of(sid) : away();
    }
    result<std::optional<known_caller>> find_user(const std::string& tenant,
                                                  const std::string& number) override {
      return of.under_ ? of.under_->users().find_user(tenant, number) : away();
    }
    collecting_repository& of;
  };
  static failure away() { return {failure_kind::unreachable, "the database is away", true}; }

  repository* under_;
  collecting_users users_{*this};
};

} // namespace trunkline
