#include "actors/records/reconcile.hpp"

#include "actors/call/after_page.hpp"
#include "protocol/phrases/catalogue.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace trunkline {

std::optional<reconciled_tools> reconcile(const stored_call& known, timestamp now) {
  using nlohmann::json;
  if (!known.call)
    return std::nullopt;
  reconciled_tools all;
  auto tools = json::array();
  for (auto run : known.tools) {
    if (!run.result.empty())
      continue;
    const auto id = run.call_sid + ":" + run.id;
    const auto row = std::find_if(known.booked.begin(), known.booked.end(),
                                  [&](const auto& one) { return one.id == id; });
    const bool done = row != known.booked.end();
    run.result =
        done ? json{{"ok", true},
                    {"status", "booked"},
                    {"appointment",
                     {{"id", id}, {"service", row->service_id}, {"name", row->caller_name}}}}
                   .dump(-1, ' ', false, json::error_handler_t::replace)
             : R"({"ok":false,"error":"unavailable"})";
    if (done)
      all.say = phrase_text(phrase::was_booked, language_of(*known.call));
    tools.push_back(
        {{"id", run.id}, {"name", run.name}, {"arguments", run.arguments}, {"result", run.result}});
    all.runs.push_back(std::move(run));
  }
  if (all.runs.empty())
    return std::nullopt;
  all.turn.call_sid = known.call->call_sid;
  all.turn.index = known.turns.empty() ? 0 : known.turns.back().index + 1;
  all.turn.role = "agent";
  all.turn.started_at = now;
  all.turn.action = "reconciled";
  all.turn.tools_json = tools.dump(-1, ' ', false, json::error_handler_t::replace);
  return all;
}

} // namespace trunkline
