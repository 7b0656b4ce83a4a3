#pragma once

#include "actors/tools/tool_effect.hpp"
#include "infra/providers/llm_provider.hpp"
#include "infra/store/repository.hpp"
#include "schema/assistant.hpp"

#include <string>

namespace trunkline {

/// Everything a tool may use. References must outlive the run.
struct tool_context {
  repository& store;
  const assistant& who;
  call_facts facts;
};

/// What a tool did. `result_json` always is an object with a boolean "ok" and, when that is false,
/// a word in "error"; it goes into the context for the model. `failure_text` is set when something
/// of ours failed (log it); the result then says so to the model too.
struct tool_outcome {
  std::string result_json;
  tool_effect effect;
  std::string failure_text;
  std::string unanswered; ///< a question nobody could answer, to be collected; empty: none
};

/// Checks the arguments and runs the tool. Blocks on the store: on a store thread only. Never
/// throws. Idempotent: the ids of rows are made from the call's sid and the tool call's id, so the
/// same call again writes nothing new and answers the same. (Audit rows are written at least once;
/// their detail names the tool call.)
tool_outcome run_tool(const tool_call& call, tool_context context);

} // namespace trunkline
