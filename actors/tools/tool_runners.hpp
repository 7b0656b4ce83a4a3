#pragma once

#include "actors/tools/run_tool.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// One run of one tool: what the runners share. Arguments are checked already.
struct tool_run {
  const tool_call& call;
  const nlohmann::json& arguments;
  tool_context& context;

  /// Key of the row this call writes.
  std::string record_id() const { return context.facts.call_sid + ":" + call.id; }
  /// A member of the arguments, cleaned; empty when absent.
  std::string text(std::string_view name, size_t bytes_max) const;
  const service* find_service(const std::string& id) const;
  const staff_member* find_staff(const std::string& id) const;
  /// Writes the audit row; what went wrong, or an empty text. The action stays done either way.
  std::string audit(const std::string& action, const nlohmann::json& detail) const;
};

tool_outcome refused(std::string_view error);
/// Our own trouble: the model hears "unavailable", the log hears what.
tool_outcome broken(const failure& what);
tool_outcome succeeded(const nlohmann::json& result, tool_effect effect = {},
                       std::string trouble = {});

tool_outcome run_answer_faq(const tool_run& run);
tool_outcome run_search_knowledge(const tool_run& run);
tool_outcome run_check_availability(const tool_run& run);
tool_outcome run_schedule(const tool_run& run);
tool_outcome run_reschedule(const tool_run& run);
tool_outcome run_cancel(const tool_run& run);
tool_outcome run_take_message(const tool_run& run);
tool_outcome run_transfer(const tool_run& run);
tool_outcome run_end_call(const tool_run& run);
tool_outcome run_forget_caller(const tool_run& run);
tool_outcome run_switch_language(const tool_run& run);

/// The caller's booked appointments to come, by caller number and, when several people share it, by
/// name; soonest first. Empty for a caller without a number.
result<std::vector<appointment_record>> own_appointments(const tool_run& run);
/// Rows as the model sees them: id, service, local start, name.
nlohmann::json as_json(const std::vector<appointment_record>& rows, const assistant& who);

} // namespace trunkline
