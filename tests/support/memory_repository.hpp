#pragma once

#include "infra/store/repository.hpp"
#include "tests/support/memory_knowledge.hpp"
#include "tests/support/memory_users.hpp"
#include "tests/support/memory_versions.hpp"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace trunkline {

/// The store in memory, with the rules the real ones keep: idempotent writes by key, no two booked
/// appointments of a resource at one time, the highest carrier sequence wins. Not thread safe.
/// Tests read the rows directly.
class memory_repository : public repository {
public:
  /// When set, every call answers with it (database locked, full, ...).
  std::optional<failure> broken;
  /// When set, only writes answer with it (read-only database).
  std::optional<failure> read_only;
  /// When set, booking and moving answer with it, whatever the time.
  std::optional<failure> booking_broken;

  std::map<std::string, call_record> calls;
  std::map<std::pair<std::string, int>, turn_record> turns;
  std::vector<caller_message_record> messages;
  std::map<std::string, recording_record> recordings;
  std::map<std::string, appointment_record> appointments;
  std::map<std::string, incident_record> incidents;
  std::map<std::pair<std::string, std::string>, tool_run_record> tool_runs;
  std::map<std::string, dead_letter_record> dead_letters;
  std::vector<audit_record> audits;
  std::vector<system_metric_record> metrics;
  std::map<std::string, std::string> assistants; ///< JSON by "id/version"

  result<void> together(const std::function<result<void>()>& work) override;
  result<void> put_call(const call_record& call) override;
  result<std::optional<call_record>> find_call(const std::string& call_sid) override;
  result<std::vector<call_record>> list_calls(size_t limit) override;
  result<bool> put_carrier_status(const std::string& call_sid, const std::string& status,
                                  int sequence) override;
  result<void> put_turn(const turn_record& turn) override;
  result<std::vector<turn_record>> turns_of(const std::string& call_sid) override;
  result<void> put_message(const caller_message_record& message) override;
  result<std::vector<caller_message_record>> list_messages(size_t limit) override;
  result<void> put_recording(const recording_record& recording) override;
  result<std::vector<recording_record>> recordings_of(const std::string& call_sid) override;
  result<bool> has_recording(const std::string& id) override;
  result<std::string> database_id() override { return id; }
  std::string id = "memory";
  result<appointment_record> book(const appointment_record& appointment) override;
  result<std::optional<appointment_record>> find_appointment(const std::string& id) override;
  result<appointment_record> move_appointment(const std::string& id, timestamp starts_at,
                                              timestamp ends_at) override;
  result<appointment_record> cancel_appointment(const std::string& id) override;
  result<std::vector<appointment_record>> appointments_between(const std::string& tenant_id,
                                                               const std::string& resource,
                                                               timestamp from,
                                                               timestamp to) override;
  result<std::vector<appointment_record>> appointments_of(const std::string& tenant_id,
                                                          const std::string& caller_number,
                                                          timestamp now) override;
  result<std::vector<appointment_record>> list_appointments(size_t limit) override;
  result<void> put_tool_run(const tool_run_record& run) override;
  result<std::vector<tool_run_record>> tool_runs_of(const std::string& call_sid) override;
  result<size_t> close_orphans(const std::string& engine_id, timestamp at) override;
  result<size_t> renew_lease(const std::string& engine_id, timestamp now,
                             std::chrono::milliseconds lease) override;
  result<void> put_dead_letter(const dead_letter_record& dead) override;
  result<std::vector<dead_letter_record>> list_dead_letters(size_t limit) override;
  result<void> remove_dead_letter(const std::string& id) override;
  result<void> put_audit(const audit_record& entry) override;
  result<person_rows> everything_of(const std::string& tenant_id,
                                    const std::string& caller_number) override;
  result<erased_rows> erase(const std::string& tenant_id, const std::string& caller_number,
                            timestamp at) override;
  /// Keeps the order, and deletes so many of `purgeable` rows that are not there.
  result<size_t> purge(const purge_order& order, size_t most) override;
  std::vector<purge_order> purges;
  size_t purgeable = 0;
  result<void> put_incident(const incident_record& incident) override;
  result<std::vector<incident_record>> list_incidents(size_t limit) override;
  result<void> put_system_metrics(const std::vector<system_metric_record>& rows) override;
  result<void> put_assistant(const assistant& who, const std::string& json) override;
  memory_knowledge& knowledge() override { return knowledge_; }
  memory_users& users() override { return users_; }
  memory_versions& versions() override { return versions_; }

  std::map<std::string, timestamp> leases; ///< by engine

private:
  bool taken(const appointment_record& wanted) const;

  memory_knowledge knowledge_;
  memory_users users_;
  memory_versions versions_;
};

} // namespace trunkline
