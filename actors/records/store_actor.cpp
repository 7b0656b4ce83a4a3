#include "actors/records/store_actor.hpp"

#include "actors/tools/run_tool.hpp"
#include "actors/tools/tool_catalog.hpp"
#include "actors/tools/tool_runners.hpp"
#include "infra/log/log.hpp"
#include "infra/store/collecting_repository.hpp"

#include <chrono>
#include <optional>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

// The caller waits: what has not begun by then is answered without.
constexpr std::chrono::seconds tool_patience{2};

/// One run of a tool from the intent to the answer, which is told when all of it is durable.
struct tool_work {
  store& rows;
  std::shared_ptr<const assistant> who;
  run_tool_request request;
  call_actor call;
  clock::time_point began = clock::now();
  clock::duration intent_kept{}; ///< until the intent was on the disk

  tool_run_record run(std::string result) const {
    return {request.facts.call_sid, request.call.id,   request.call.name,
            request.call.arguments, std::move(result), request.facts.now};
  }
  void tell(const tool_outcome& outcome, clock::duration rows_kept = {}) const {
    if (!outcome.unanswered.empty())
      post_unanswered(
          rows, {who->tenant_id, request.facts.call_sid, outcome.unanswered, request.facts.now});
    if (!outcome.failure_text.empty())
      log_event(log_level::error, "tool.failed",
                {{"call_sid", request.facts.call_sid}, {"error", outcome.failure_text}});
    tell_from_outside(
        call, tool_done{request.reply, request.call.id, request.call.name, outcome.result_json,
                        outcome.effect,
                        std::chrono::ceil<std::chrono::milliseconds>(intent_kept + rows_kept)});
  }
  void unavailable(const failure& why) const { tell(broken(why)); }
};

// Runs it and keeps what it wrote; `database` is null for tools that need none.
void run_and_keep(const std::shared_ptr<const tool_work>& work, repository* database) {
  collecting_repository rows{database};
  auto outcome = run_tool(work->request.call, {rows, *work->who, work->request.facts});
  if (has_side_effects(work->request.call.name))
    rows.rows.emplace_back(work->run(outcome.result_json));
  if (rows.rows.empty()) {
    work->tell(outcome);
    return;
  }
  // In order, so the last one's answer comes last.
  auto trouble = std::make_shared<std::optional<failure>>();
  const auto given = clock::now();
  for (size_t i = 0; i < rows.rows.size(); ++i) {
    const bool last = i + 1 == rows.rows.size();
    auto kept = [work, trouble, last, outcome, given](const result<void>& done) {
      if (!done)
        *trouble = done.error();
      if (last && *trouble)
        work->unavailable(**trouble);
      else if (last)
        work->tell(outcome, clock::now() - given);
    };
    if (!work->rows.put(std::move(rows.rows[i]), kept))
      kept(failure{failure_kind::overloaded, "the store is full", false});
  }
}

// What the database decides, on its own thread, unless the caller has waited too long already. A
// search never waits for the writes.
void run_beside_database(const std::shared_ptr<const tool_work>& work) {
  auto job = [work](repository& database) -> result<void> {
    if (clock::now() - work->began > tool_patience)
      work->unavailable({failure_kind::timeout, "the database was late", true});
    else
      run_and_keep(work, &database);
    return {};
  };
  const bool taken = work->request.call.name == "search_knowledge"
                         ? work->rows.read(std::move(job))
                         : work->rows.write(std::move(job));
  if (!taken)
    work->unavailable({failure_kind::overloaded, "the store is overloaded", true});
}

bool needs_database(const std::string& tool) {
  for (const auto* name : {"check_availability", "schedule_appointment", "reschedule_appointment",
                           "cancel_appointment", "search_knowledge"})
    if (tool == name)
      return true;
  return false;
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
  auto row = std::visit([](auto& one) -> store_row { return std::move(one); }, request.row);
  const bool taken = rows.put(std::move(row), [call, serial](const result<void>& saved) {
    if (!saved && saved.error().kind != failure_kind::overloaded) // what was shed is counted
      log_event(log_level::error, "store.row_failed", {{"error", to_string(saved.error())}});
    tell_from_outside(call, row_saved{serial, saved.has_value()});
  });
  if (!taken)
    tell_from_outside(call, row_saved{serial, false});
}

void post_tool(store& rows, std::shared_ptr<const assistant> who, run_tool_request request,
               const call_actor& call) {
  const auto work =
      std::make_shared<tool_work>(tool_work{rows, std::move(who), std::move(request), call});
  if (!needs_database(work->request.call.name)) {
    run_and_keep(work, nullptr);
  } else if (rows.away()) {
    work->unavailable({failure_kind::unreachable, "the database is away", true});
  } else if (!has_side_effects(work->request.call.name)) {
    run_beside_database(work);
  } else {
    // The intent first: whoever resumes the call must know that this may have been done.
    const auto kept = [work](const result<void>& done) {
      work->intent_kept = clock::now() - work->began;
      if (done)
        run_beside_database(work);
      else
        work->unavailable(done.error());
    };
    if (!rows.put(work->run({}), kept))
      kept(failure{failure_kind::overloaded, "the store is full", false});
  }
}

void post_unanswered(store& rows, unanswered_question question) {
  // When the queue is full the list lacks one: never worth a caller's time.
  (void)rows.write_row([question = std::move(question)](repository& to) {
    return to.knowledge().put_unanswered(question);
  });
}

} // namespace trunkline
