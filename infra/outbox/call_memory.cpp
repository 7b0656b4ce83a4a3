#include "infra/outbox/call_memory.hpp"

#include <algorithm>

namespace trunkline {

namespace {

void put_turn(std::vector<turn_record>& to, const turn_record& turn) {
  const auto at = std::lower_bound(to.begin(), to.end(), turn.index,
                                   [](const turn_record& a, int index) { return a.index < index; });
  if (at != to.end() && at->index == turn.index)
    *at = turn;
  else
    to.insert(at, turn);
}

void put_run(std::vector<tool_run_record>& to, const tool_run_record& run) {
  for (auto& one : to)
    if (one.id == run.id) {
      if (!run.result.empty())
        one.result = run.result;
      return;
    }
  to.push_back(run);
}

void take(stored_call& into, const store_row& row) {
  if (const auto* call = std::get_if<call_record>(&row)) {
    auto next = *call; // which never says what the carrier said
    if (into.call)
      take_carrier_status(next, into.call->carrier_status, into.call->carrier_sequence);
    into.call = std::move(next);
  } else if (const auto* said = std::get_if<carrier_status_row>(&row)) {
    if (into.call)
      take_carrier_status(*into.call, said->status, said->sequence);
  } else if (std::holds_alternative<recording_row>(row)) {
    if (into.call)
      take_recording(*into.call);
  } else if (const auto* turn = std::get_if<turn_record>(&row)) {
    put_turn(into.turns, *turn);
  } else if (const auto* run = std::get_if<tool_run_record>(&row)) {
    put_run(into.tools, *run);
  } else if (const auto* rescue = std::get_if<rescue_row>(&row)) {
    if (!into.call)
      into.call = rescue->call;
    take_rescue(*into.call, *rescue);
  }
}

} // namespace

void call_memory::note(const store_row& row) {
  const auto sid = call_sid_of(row);
  if (sid.empty() || std::holds_alternative<audit_record>(row))
    return;
  const std::lock_guard lock{mutex_};
  const auto [found, is_new] = calls_.try_emplace(sid);
  take(found->second, row);
  if (!is_new)
    return;
  order_.push_back(sid);
  if (order_.size() > calls_max) {
    calls_.erase(order_.front());
    order_.pop_front();
  }
}

stored_call call_memory::recall(const std::string& call_sid) const {
  const std::lock_guard lock{mutex_};
  const auto found = calls_.find(call_sid);
  return found == calls_.end() ? stored_call{} : found->second;
}

stored_call merged(stored_call database, const stored_call& memory) {
  const bool newer =
      memory.call && (!database.call || memory.call->resumes >= database.call->resumes);
  if (newer) {
    if (database.call) {
      auto call = *memory.call;
      take_carrier_status(call, database.call->carrier_status, database.call->carrier_sequence);
      database.call = std::move(call);
    } else {
      database.call = memory.call;
    }
  }
  for (const auto& turn : memory.turns) {
    const bool known = std::any_of(database.turns.begin(), database.turns.end(),
                                   [&](const auto& one) { return one.index == turn.index; });
    if (newer || !known)
      put_turn(database.turns, turn);
  }
  for (const auto& run : memory.tools)
    put_run(database.tools, run);
  return database;
}

} // namespace trunkline
