#include "tests/support/script_plan.hpp"

#include "tests/support/running_engine.hpp"

#include <gtest/gtest.h>

namespace trunkline::testing {

const char* incoming_path(const std::string& channel) {
  return channel == "gather"  ? "/call/incoming"
         : channel == "relay" ? "/api/v1/voice/conversation-relay"
                              : "/voice/incoming";
}

call_plan plan_of(const std::string& script, manners how) {
  auto plan = running_engine::says({});
  const auto loaded = load_caller_script(script);
  const auto sound = speak("kal16", "yes");
  EXPECT_TRUE(loaded && sound);
  plan.script.script = *loaded;
  plan.habits.silence = 100ms;
  for (auto line : loaded->lines) {
    if (how == manners::waits)
      line.barge_in.reset();
    const auto text = line.say.empty() ? std::string{} : line.say.front();
    const auto voice = line.barge_in ? speak("kal16", text) : sound;
    EXPECT_TRUE(voice);
    spoken_line spoken{line, {}};
    for (unsigned i = 0; i < line.max_uses; ++i)
      spoken.uses.push_back({text, text.empty() ? nullptr : *voice});
    plan.script.lines.push_back(std::move(spoken));
  }
  return plan;
}

std::shared_ptr<call_watch> words_for(running_engine& engine,
                                      const std::shared_ptr<simulated_call>& call) {
  call->caller().will_know_words();
  return std::make_shared<call_watch>(
      engine.io, engine.admin_url(""), call->facts().call_sid, 50ms,
      [call](std::chrono::steady_clock::time_point asked, const watched_call& view) {
        for (const auto& turn : view.turns)
          if (turn.role == "agent")
            call->caller().agent_said(turn.index, turn.text);
        call->caller().words_known_until(call->now() -
                                         (std::chrono::steady_clock::now() - asked) / 1us * 1us);
      });
}

} // namespace trunkline::testing
