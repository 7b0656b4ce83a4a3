#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"

#include <map>

namespace trunkline {

/// One reply. Streams text to the call; when the model asks for tools it waits for all results,
/// adds them to the context and asks again, at most `rounds_max` times. Ends normally when the
/// reply is complete, with ec::provider_lost when the model failed.
struct llm_state {
  static inline const char* name = "llm";
  static constexpr unsigned rounds_max = 5;

  llm_state(llm_actor::pointer self, uint64_t reply, std::shared_ptr<llm_provider> provider,
            llm_request request, call_actor call);

  llm_actor::behavior_type make_behavior();

private:
  void ask_model();
  void on_event(llm_event event);
  void on_round_end();
  void on_tool_answer(tool_answered answer);

  llm_actor::pointer self;
  actor_guard guard;
  uint64_t reply;
  std::shared_ptr<llm_provider> provider;
  llm_request request;
  call_actor call;
  std::unique_ptr<llm_stream> stream;
  unsigned round = 0;
  bool round_over = false;
  chat_message spoken; ///< of this round
  std::map<std::string, std::string> results;
};

} // namespace trunkline
