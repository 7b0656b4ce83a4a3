#include "tests/support/quiet_call.hpp"

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <utility>

namespace trunkline::testing {

call_actor spawn_quiet_call(caf::actor_system& system, quiet_call wanted) {
  return system.spawn(
      [wanted = std::move(wanted)](call_actor::pointer self) -> call_actor::behavior_type {
        return {[](attach_stream&) {},
                [](voice_changed) {},
                [](key_pressed) {},
                [](stream_stopped_by_carrier) {},
                [](const channel_news&) {},
                [](gather_turn&) {},
                [](transcript_heard&) {},
                [](reply_text&) {},
                [](reply_done&) {},
                [](tool_wanted&) {},
                [](const playout_news&) {},
                [](provider_failed&) {},
                [](row_saved) {},
                [wanted](const tool_done& done) {
                  if (wanted.on_tool)
                    wanted.on_tool(done);
                },
                [](knowledge_found&) {},
                [](caller_looked_up&) {},
                [](const carrier_ended&) {},
                [self, wanted](const end_agent& order) {
                  if (wanted.on_end)
                    wanted.on_end(self, order);
                },
                [](const sabotage&) {},
                [](snapshot_atom) { return std::string{}; },
                [](tick_atom) {},
                [](beat_atom) {},
                [](ping_atom) {}};
      });
}

} // namespace trunkline::testing
