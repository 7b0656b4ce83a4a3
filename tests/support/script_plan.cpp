#include "tests/support/script_plan.hpp"

#include "tests/support/running_engine.hpp"

#include <gtest/gtest.h>

namespace trunkline::testing {

const char* incoming_path(const std::string& channel) {
  return channel == "gather"  ? "/call/incoming"
         : channel == "relay" ? "/api/v1/voice/conversation-relay"
                              : "/voice/incoming";
}

call_plan plan_of(const std::string& script) {
  auto plan = running_engine::says({});
  const auto loaded = load_caller_script(script);
  const auto sound = speak("kal16", "yes");
  EXPECT_TRUE(loaded && sound);
  plan.script.script = *loaded;
  plan.habits.silence = 100ms;
  for (auto line : loaded->lines) {
    line.barge_in.reset();
    spoken_line spoken{line, {}};
    for (unsigned i = 0; i < line.max_uses; ++i)
      spoken.uses.push_back({line.say.empty() ? "" : line.say.front(), *sound});
    plan.script.lines.push_back(std::move(spoken));
  }
  return plan;
}

} // namespace trunkline::testing
