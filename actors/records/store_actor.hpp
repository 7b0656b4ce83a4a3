#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"
#include "infra/store/store.hpp"

namespace trunkline {

/// The call's way to the store. Keeps nothing: rows that were not acknowledged are held by the
/// supervisor, which sends them again to a new store actor, or hands them to the store itself.
struct store_state {
  static inline const char* name = "store";

  store_state(store_actor::pointer self, std::shared_ptr<trunkline::store> rows,
              std::shared_ptr<const assistant> who, call_actor call);

  store_actor::behavior_type make_behavior();

private:
  store_actor::pointer self;
  actor_guard guard;
  std::shared_ptr<trunkline::store> rows;
  std::shared_ptr<const assistant> who;
  call_actor call;
};

/// Hands a row to the store; the call hears row_saved. A full store answers at once, not saved.
void post_row(store& rows, save_row request, const call_actor& call);
/// Runs a tool; the call hears tool_done, whatever happens, when what it did is durable. Tools that
/// only leave rows need no database. One that changes what the database decides leaves its intent
/// first; while the database is away it is answered "unavailable" at once. `rows` must outlive it.
void post_tool(store& rows, std::shared_ptr<const assistant> who, run_tool_request request,
               const call_actor& call);
/// Collects a question that nobody could answer.
void post_unanswered(store& rows, unanswered_question question);

} // namespace trunkline
