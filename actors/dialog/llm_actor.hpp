#pragma once

#include "actors/interfaces.hpp"
#include "infra/caf/compat.hpp"

#include <map>

namespace trunkline {

/// One attempt at a reply with one model. Streams text to the call; when the model asks for tools
/// it waits for all results, adds them to the context and asks again, at most `rounds_max` times.
/// Tool calls get ids of our own, unique within the call whatever the model made up. Ends normally
/// when the reply is complete, with ec::provider_lost when the model failed (the call is told why).
struct llm_state {
  static inline const char* name = "llm";
  static constexpr unsigned rounds_max = 5;
  /// Tool calls of one reply; more are a model gone wild.
  static constexpr unsigned tools_max = 16;

  /// `id_prefix`: of its tool calls.
  llm_state(llm_actor::pointer self, uint64_t reply, unsigned attempt, std::string id_prefix,
            std::shared_ptr<llm_provider> provider, llm_request request, call_actor call);

  llm_actor::behavior_type make_behavior();

private:
  void ask_model();
  void on_event(llm_event event);
  void on_tool_call(tool_call wanted);
  void on_round_end();
  void on_tool_answer(tool_answered answer);
  void fail(failure why);

  llm_actor::pointer self;
  actor_guard guard;
  uint64_t reply;
  unsigned attempt;
  std::string id_prefix;
  std::shared_ptr<llm_provider> provider;
  llm_request request;
  call_actor call;
  std::unique_ptr<llm_stream> stream;
  unsigned round = 0, tools = 0, bad_arguments = 0;
  bool round_over = false;
  llm_done ended;
  chat_message spoken; ///< of this round
  std::map<std::string, std::string> results;
};

} // namespace trunkline
