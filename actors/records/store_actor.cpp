#include "actors/records/store_actor.hpp"

#include "actors/tools/run_tool.hpp"
#include "infra/log/log.hpp"

namespace trunkline {

namespace {

result<void> put(repository& to, const std::variant<call_record, turn_record, audit_record>& row) {
  if (const auto* call = std::get_if<call_record>(&row))
    return to.put_call(*call);
  if (const auto* turn = std::get_if<turn_record>(&row))
    return to.put_turn(*turn);
  return to.put_audit(std::get<audit_record>(row));
}

tool_done failed(const run_tool_request& request, const char* why) {
  return {request.reply,
          request.call.id,
          request.call.name,
          std::string{R"({"status":"error","error":")"} + why + R"("})",
          {}};
}

} // namespace

store_state::store_state(store_actor::pointer self, std::shared_ptr<trunkline::store> rows,
                         std::shared_ptr<const assistant> who, call_actor call)
    : self(self), guard(self), rows(std::move(rows)), who(std::move(who)), call(std::move(call)) {}

store_actor::behavior_type store_state::make_behavior() {
  return {
      [this](save_row& request) { post_row(*rows, std::move(request), call); },
      [this](run_tool_request& request) { post_tool(*rows, who, std::move(request), call); },
      [](ping_atom) {},
  };
}

void post_row(store& rows, save_row request, const call_actor& call) {
  const auto serial = request.serial;
  const bool taken = rows.write_row(
      [row = std::move(request.row)](repository& to) { return put(to, row); },
      [call, serial](const result<void>& saved) {
        if (!saved)
          log_event(log_level::error, "store.row_failed", {{"error", to_string(saved.error())}});
        tell_from_outside(call, row_saved{serial, saved.has_value()});
      });
  if (!taken)
    tell_from_outside(call, row_saved{serial, false});
}

void post_tool(store& rows, std::shared_ptr<const assistant> who, run_tool_request request,
               const call_actor& call) {
  const bool reads_only = request.call.name == "search_knowledge"; // never waits for the writes
  auto job = [&rows, who = std::move(who), request, call](repository& to) -> result<void> {
    auto outcome = run_tool(request.call, {to, *who, request.facts});
    if (!outcome.unanswered.empty())
      post_unanswered(
          rows, {who->tenant_id, request.facts.call_sid, outcome.unanswered, request.facts.now});
    tell_from_outside(call, tool_done{request.reply, request.call.id, request.call.name,
                                      std::move(outcome.result_json), outcome.effect});
    return {};
  };
  const bool taken = reads_only ? rows.read(std::move(job)) : rows.write(std::move(job));
  if (!taken)
    tell_from_outside(call, failed(request, "the store is overloaded"));
}

void post_unanswered(store& rows, unanswered_question question) {
  // When the queue is full the list lacks one: never worth a caller's time.
  (void)rows.write_row([question = std::move(question)](repository& to) {
    return to.knowledge().put_unanswered(question);
  });
}

} // namespace trunkline
