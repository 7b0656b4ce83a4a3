// More calls than the engine can carry as they are: new ones begin on a channel that costs less,
// and when that is not enough, others are moved there. overload.hpp decides.

#include "actors/call/calls_actor.hpp"
#include "infra/log/log.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace trunkline {

std::string calls_state::channel_of(const incoming_call& call, const assistant& who) const {
  if (!call.channel.empty())
    return call.channel;
  if (who.channel != "media_stream" || who.when_overloaded == "stay" || !load.overloaded())
    return who.channel;
  log_event(
      log_level::warn, "call.moved",
      {{"call_sid", call.call_sid}, {"channel", who.when_overloaded}, {"error", "overloaded"}});
  if (setup.common.metrics)
    setup.common.metrics->call_moved(who.when_overloaded, "start");
  return who.when_overloaded;
}

void calls_state::watch_load() {
  if (!setup.lag)
    return;
  const bool before = load.overloaded();
  const auto lag = setup.lag();
  load.on_lag(lag);
  if (setup.common.metrics)
    setup.common.metrics->loop_lag(lag, load.overloaded());
  if (load.overloaded() != before)
    log_event(load.overloaded() ? log_level::error : log_level::warn,
              load.overloaded() ? "engine.overloaded" : "engine.not_overloaded",
              {{"lag_ms", lag.count()}, {"calls", setup.registry->live.size()}});
  if (load.lasting() && !draining)
    move_some();
}

/// The newest first: the others were carried well before these came.
void calls_state::move_some() {
  std::vector<std::pair<timestamp, call_registry::entry*>> movable;
  for (auto& [_, entry] : setup.registry->live)
    if (entry.record.channel == "media_stream" && !entry.told_to_move && entry.answer.who &&
        entry.answer.who->when_overloaded != "stay")
      movable.emplace_back(entry.record.started_at, &entry);
  const auto count = std::min(movable.size(), moves_a_beat(setup.registry->live.size()));
  std::partial_sort(movable.begin(), movable.begin() + static_cast<std::ptrdiff_t>(count),
                    movable.end(), std::greater{});
  for (size_t i = 0; i < count; ++i) {
    auto& entry = *movable[i].second;
    entry.told_to_move = true;
    tell(self, entry.handle, end_agent{"overloaded", entry.answer.who->when_overloaded});
  }
}

} // namespace trunkline
