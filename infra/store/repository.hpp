#pragma once

#include "infra/store/assistant_versions.hpp"
#include "infra/store/knowledge_rows.hpp"
#include "infra/store/person_rows.hpp"
#include "infra/store/retention.hpp"
#include "infra/store/user_rows.hpp"
#include "schema/assistant.hpp"
#include "schema/failure.hpp"
#include "schema/records.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace trunkline {

/// The store, one connection. Every call blocks: use it on a store thread only
/// (infra/store/store.hpp posts work there). Not thread safe. Failures: `unavailable` (locked,
/// read-only, full; retryable), `unreachable` and `timeout` (a server; retryable), `conflict`,
/// `not_found`, `internal`. All writes are idempotent: by their record's key, or, where it has
/// none, by all of it.
class repository {
public:
  virtual ~repository() = default;

  /// All or nothing: what `work` writes is kept when it succeeds, and none of it when it fails.
  virtual result<void> together(const std::function<result<void>()>& work) = 0;

  /// Inserts, or replaces everything except carrier_status and carrier_sequence.
  virtual result<void> put_call(const call_record& call) = 0;
  virtual result<std::optional<call_record>> find_call(const std::string& call_sid) = 0;
  /// Newest first.
  virtual result<std::vector<call_record>> list_calls(size_t limit) = 0;
  /// Keeps the highest sequence; a finished carrier status is never reopened. True when it counted.
  /// not_found when the call is unknown.
  virtual result<bool> put_carrier_status(const std::string& call_sid, const std::string& status,
                                          int sequence) = 0;

  virtual result<void> put_turn(const turn_record& turn) = 0;
  /// In order of index.
  virtual result<std::vector<turn_record>> turns_of(const std::string& call_sid) = 0;

  /// A repeat completes the recording (URL, the longer length), nothing else.
  virtual result<void> put_message(const caller_message_record& message) = 0;
  virtual result<std::vector<caller_message_record>> list_messages(size_t limit) = 0;

  /// A repeat replaces it.
  virtual result<void> put_recording(const recording_record& recording) = 0;
  /// In order of time; a caller who was cut off and brought back has several.
  virtual result<std::vector<recording_record>> recordings_of(const std::string& call_sid) = 0;
  virtual result<bool> has_recording(const std::string& id) = 0;
  /// Random, made with the database.
  virtual result<std::string> database_id() = 0;

  /// `conflict` when the resource is taken for any part of the time; the same id again is the first
  /// answer again.
  virtual result<appointment_record> book(const appointment_record& appointment) = 0;
  virtual result<std::optional<appointment_record>> find_appointment(const std::string& id) = 0;
  /// Frees the old time and takes the new one, or changes nothing (`conflict`, `not_found`).
  virtual result<appointment_record> move_appointment(const std::string& id, timestamp starts_at,
                                                      timestamp ends_at) = 0;
  virtual result<appointment_record> cancel_appointment(const std::string& id) = 0;
  /// Booked ones that overlap [from, to), in order of time.
  virtual result<std::vector<appointment_record>> appointments_between(const std::string& tenant_id,
                                                                       const std::string& resource,
                                                                       timestamp from,
                                                                       timestamp to) = 0;
  /// Booked ones of a caller that start after `now`, soonest first.
  virtual result<std::vector<appointment_record>> appointments_of(const std::string& tenant_id,
                                                                  const std::string& caller_number,
                                                                  timestamp now) = 0;
  virtual result<std::vector<appointment_record>> list_appointments(size_t limit) = 0;

  /// A result once known stays.
  virtual result<void> put_tool_run(const tool_run_record& run) = 0;
  /// In order of time.
  virtual result<std::vector<tool_run_record>> tool_runs_of(const std::string& call_sid) = 0;
  /// Ends every call of this engine that is open: it died with them. Outcomes that are known by
  /// what was booked or left stay. The number of calls.
  virtual result<size_t> close_orphans(const std::string& engine_id, timestamp at) = 0;
  /// This engine lives, until `lease` from now. Closes the open calls of engines whose lease has
  /// run out; the number of calls. Closes none when its own had run out too: then nobody could
  /// renew, and the others may only be late.
  virtual result<size_t> renew_lease(const std::string& engine_id, timestamp now,
                                     std::chrono::milliseconds lease) = 0;

  virtual result<void> put_dead_letter(const dead_letter_record& dead) = 0;
  /// Oldest first.
  virtual result<std::vector<dead_letter_record>> list_dead_letters(size_t limit) = 0;
  virtual result<void> remove_dead_letter(const std::string& id) = 0;

  virtual result<void> put_audit(const audit_record& entry) = 0;

  /// All that is kept of whoever calls from this number.
  virtual result<person_rows> everything_of(const std::string& tenant_id,
                                            const std::string& caller_number) = 0;
  /// Removes it. Rows that statistics need stay, without number, name and words; audit rows, which
  /// have none of them, stay as they are.
  virtual result<erased_rows> erase(const std::string& tenant_id, const std::string& caller_number,
                                    timestamp at) = 0;
  /// Deletes at most about `most` old rows; how many.
  virtual result<size_t> purge(const purge_order& order, size_t most) = 0;

  virtual result<void> put_incident(const incident_record& incident) = 0;
  /// Newest first.
  virtual result<std::vector<incident_record>> list_incidents(size_t limit) = 0;
  virtual result<void> put_system_metrics(const std::vector<system_metric_record>& rows) = 0;
  /// Tenant, assistant (as JSON, by version) and number rows of an assistant of a file, for
  /// operators. A number that an assistant of the database has stays with it.
  virtual result<void> put_assistant(const assistant& who, const std::string& json) = 0;

  /// All live as long as the repository.
  virtual knowledge_rows& knowledge() = 0;
  virtual user_rows& users() = 0;
  virtual assistant_versions& versions() = 0;
};

} // namespace trunkline
