#include "infra/store/store_row.hpp"

#include "protocol/twilio/call_status.hpp"

namespace trunkline {

namespace {

struct writer {
  repository& to;

  result<void> operator()(const call_record& row) const { return to.put_call(row); }
  result<void> operator()(const turn_record& row) const { return to.put_turn(row); }
  result<void> operator()(const audit_record& row) const { return to.put_audit(row); }
  result<void> operator()(const caller_message_record& row) const { return to.put_message(row); }
  result<void> operator()(const tool_run_record& row) const { return to.put_tool_run(row); }
  result<void> operator()(const incident_record& row) const { return to.put_incident(row); }
  result<void> operator()(const std::vector<system_metric_record>& rows) const {
    return to.put_system_metrics(rows);
  }
  result<void> operator()(const recording_record& row) const { return to.put_recording(row); }
  result<void> operator()(const call_note_record& row) const { return to.users().put_note(row); }
  result<void> operator()(const forget_row& row) const { return to.users().forget(row); }
  result<void> operator()(const recording_row& row) const {
    if (auto put = to.put_message(row.message); !put)
      return put;
    auto call = to.find_call(row.message.call_sid);
    if (!call)
      return call.error();
    if (!*call || (*call)->outcome == "emergency")
      return {};
    take_recording(**call);
    return to.put_call(**call);
  }
  result<void> operator()(const carrier_status_row& row) const {
    const auto put = to.put_carrier_status(row.call_sid, row.status, row.sequence);
    if (!put && put.error().kind != failure_kind::not_found)
      return put.error();
    return {};
  }
  result<void> operator()(const rescue_row& row) const {
    const auto stored = to.find_call(row.call.call_sid);
    if (!stored)
      return stored.error();
    auto call = stored->value_or(row.call);
    if (call.ended_at == row.at) // written before
      return {};
    take_rescue(call, row);
    if (auto put = to.put_call(call); !put)
      return put;
    return to.put_audit({call.tenant_id, call.call_sid, "engine", "call.rescued", "{}", row.at});
  }
  result<void> operator()(const orphans_row& row) const {
    if (const auto closed = to.close_orphans(row.engine_id, row.at); !closed)
      return closed.error();
    return {};
  }
};

} // namespace

bool take_carrier_status(call_record& call, const std::string& status, int sequence) {
  if (sequence <= call.carrier_sequence || is_final_call_status(call.carrier_status))
    return false;
  call.carrier_status = status;
  call.carrier_sequence = sequence;
  return true;
}

void take_recording(call_record& call) {
  if (call.outcome != "emergency")
    call.outcome = "message_taken";
}

void take_rescue(call_record& call, const rescue_row& row) {
  call.next_step = row.next_step;
  call.end_reason = "supervisor_died";
  if (call.outcome.empty())
    call.outcome = "failed";
  call.ended_at = row.at;
  ++call.error_count;
}

bool is_older(const call_record& call, const call_record& other) {
  if (call.resumes != other.resumes)
    return call.resumes < other.resumes;
  if (call.ended_at.has_value() != other.ended_at.has_value())
    return !call.ended_at;
  return call.user_input_count + call.ai_response_count <
         other.user_input_count + other.ai_response_count;
}

result<void> apply(repository& to, const store_row& row) {
  return std::visit(writer{to}, row);
}

std::string call_sid_of(const store_row& row) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.call_sid; })
          return one.call_sid;
        else if constexpr (requires { one.message.call_sid; })
          return one.message.call_sid;
        else if constexpr (requires { one.call.call_sid; })
          return one.call.call_sid;
        else
          return {};
      },
      row);
}

} // namespace trunkline
