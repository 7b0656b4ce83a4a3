#pragma once

#include "actors/agent/embedded_agent.hpp"
#include "actors/tools/run_tool.hpp"
#include "tests/support/memory_repository.hpp"

#include <memory>
#include <string>
#include <vector>

namespace trunkline::testing {

/// A caller talking to the embedded agent with real tools on a store in memory, without a call:
/// each line goes into the context, the answer and the tools' results follow until there is only
/// text.
class dialogue {
public:
  explicit dialogue(memory_repository& store, std::string call_sid = "CA1");

  assistant who;
  call_facts facts; ///< a Saturday morning, November 21st 2026, ten o'clock in New York
  /// How many words of each answer the caller hears; the rest is cut, as by a barge-in.
  size_t heard_words_max = 1000;

  /// Says a line; returns everything the agent says until it waits again.
  std::string say(const std::string& line);
  /// The note that the caller is silent.
  std::string silence();
  /// A line without running any tool: what the agent would do.
  agent_step peek(const std::string& line) const;

  /// Tools called by the last say(), by name; effects of all that ran.
  std::vector<std::string> tools;
  std::vector<tool_effect> effects;
  std::vector<chat_message> messages;
  bool ended = false;     ///< end_call or a transfer was carried out
  std::string transcript; ///< for failure messages

private:
  llm_request request() const;
  std::string run();

  memory_repository& store_;
};

} // namespace trunkline::testing
