#pragma once

#include "infra/providers/llm_provider.hpp"

#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// One answer of the agent: text in pieces as they are streamed, then tool calls.
struct agent_step {
  std::vector<std::string> pieces;
  std::vector<tool_call> tool_calls;

  std::string text() const;
};

/// What a careful receptionist says and does next, derived from the whole context by folding over
/// its events: caller lines, tool calls and their results. Pure but for the time zone database and
/// deterministic, so a retry with the same context gives the same answer and the same tool call
/// ids.
///
/// - A caller message without text means that speech was heard but not understood.
/// - A system message note_caller_silent means that the caller said nothing for a while.
/// - Agent text may have been cut by a barge-in: it is not needed to know what was asked. When it
/// is
///   not ours (a remote model spoke before), its question is taken over, so the same function is
///   the template answerer when that model fails in mid-call.
/// - When the context ends in agent text that begins our answer, the rest of it is the answer.
/// - After a transfer or the end of the call was arranged, the answer is empty.
///
/// Never throws for any content; otherwise there always is text or a tool call.
agent_step respond(const llm_request& request);

/// The embedded agent behind the interface of a remote model: no key, no network. Delivers deltas
/// of a few words, tool calls and llm_done from within start(), on the caller's thread (tens of
/// microseconds to a few milliseconds for a long call). Cancelling has nothing to cancel. Thread
/// safe.
class embedded_agent : public llm_provider {
public:
  std::string name() const override { return "embedded"; }
  bool takes_time() const override { return false; }
  std::unique_ptr<llm_stream> start(llm_request request, llm_sink sink) override;
};

} // namespace trunkline
