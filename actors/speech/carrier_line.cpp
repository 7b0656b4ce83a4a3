#include "actors/speech/carrier_line.hpp"

#include "infra/caf/compat.hpp"

namespace trunkline {

void settle(std::deque<carrier_line>& lines, const settle_held& order) {
  if (!order.say)
    std::erase_if(lines, [&](const carrier_line& one) { return one.held_for == order.reply; });
  else
    for (auto& one : lines)
      if (one.held_for == order.reply)
        one.held_for = 0;
}

void tell_events(words_actor::pointer self, const call_actor& call,
                 const carrier_words::events& events) {
  for (const auto& event : events) {
    if (const auto* voice = std::get_if<voice_changed>(&event))
      tell(self, call, *voice);
    else
      tell(self, call, transcript_heard{std::get<transcript>(event)});
  }
}

} // namespace trunkline
