#include "infra/store/store.hpp"

namespace trunkline {

result<stored_call> read_call(repository& from, const std::string& call_sid) {
  auto call = from.find_call(call_sid);
  auto turns = call ? from.turns_of(call_sid) : call.error();
  auto tools = turns ? from.tool_runs_of(call_sid) : turns.error();
  if (!tools)
    return tools.error();
  stored_call found{std::move(*call), std::move(*turns), std::move(*tools), {}};
  for (const auto& run : found.tools) {
    if (!run.result.empty())
      continue;
    // A tool's row has its call's name, see tool_run::record_id().
    auto booked = from.find_appointment(call_sid + ":" + run.id);
    if (!booked)
      return booked.error();
    if (*booked)
      found.booked.push_back(std::move(**booked));
  }
  return found;
}

// A write job, for it must see the rows written before it.
bool store::load_call(const std::string& call_sid, std::function<void(result<stored_call>)> found) {
  return write([call_sid, found = std::move(found)](repository& rows) -> result<void> {
    found(read_call(rows, call_sid));
    return {};
  });
}

std::string trouble_of(const store_condition& now) {
  if (now.journal_fails)
    return "the journal cannot be written: see the disk of the state directory";
  if (now.oldest <= std::chrono::seconds{10})
    return {};
  return "the store has not taken a write for " + std::to_string(now.oldest.count() / 1000) +
         " s, " + std::to_string(now.waiting) + " wait" + (now.why.empty() ? "" : ": " + now.why);
}

} // namespace trunkline
