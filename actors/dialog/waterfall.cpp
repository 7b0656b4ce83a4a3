#include "actors/dialog/waterfall.hpp"

#include <algorithm>

namespace trunkline {

std::vector<latency_part> waterfall_of(const turn_moments& moments) {
  using std::chrono::milliseconds;
  std::vector<latency_part> parts;
  if (!moments.speech_end)
    return parts;
  struct step {
    const char* name;
    const char* owner;
    const turn_moments::when& end;
  };
  const step steps[] = {
      {"endpointing", "setting", moments.endpoint},
      {"stt_final", "service", moments.decided},
      {"engine", "engine", moments.reply_asked},
      {"llm_first_token", "service", moments.first_token},
      {"sentence", "service", moments.first_sentence},
      {"engine", "engine", moments.voice_asked},
      {"tts_first_audio", "service", moments.first_audio},
      {"engine", "engine", moments.sent},
      {"playout", "network", moments.playout},
  };
  auto from = *moments.speech_end;
  const auto add = [&](const char* name, const char* owner, milliseconds length) {
    if (length.count() <= 0)
      return;
    for (auto& part : parts)
      if (part.name == name) {
        part.ms += static_cast<int>(length.count());
        return;
      }
    parts.push_back({name, owner, static_cast<int>(length.count())});
  };
  for (const auto& one : steps) {
    if (!one.end)
      continue;
    auto length = std::max(*one.end - from, milliseconds{0});
    if (&one.end == &moments.first_token) {
      const auto tool = std::min(moments.tool, length);
      const auto durable = std::min(moments.durable, tool);
      add("tool", "tool", tool - durable);
      add("durable", "engine", durable);
      length -= tool;
    }
    add(one.name, one.owner, length);
    from = std::max(from, *one.end);
  }
  return parts;
}

int total_ms(const std::vector<latency_part>& parts) {
  int sum = 0;
  for (const auto& part : parts)
    sum += part.ms;
  return sum;
}

} // namespace trunkline
