#pragma once

#include "schema/failure.hpp"

#include <string>
#include <variant>
#include <vector>

namespace trunkline {

/// The model asks for an action. `arguments` is JSON text as the model wrote it: not yet validated.
struct tool_call {
  std::string id; ///< unique within the call
  std::string name;
  std::string arguments;
};

enum class speaker { system, caller, agent, tool };

/// One entry of the context. Agent text is what the caller heard, no more.
struct chat_message {
  speaker role = speaker::caller;
  std::string text;
  std::vector<tool_call> tool_calls; ///< agent only
  std::string tool_call_id;          ///< tool only: which call `text` (JSON) answers
};

/// A note to the model (speaker::system) in the middle of a conversation.
inline constexpr const char* note_caller_silent =
    "The caller has said nothing for a while. Ask briefly whether they are still there.";

/// A tool the model may use: name, description and JSON Schema (text) of its arguments.
struct tool_spec {
  std::string name;
  std::string description;
  std::string parameters;
};

/// A streamed piece of a reply's text.
struct reply_delta {
  std::string text;
};

/// The end of one round of a reply. Token counts are the service's own; 0: not told.
struct llm_done {
  bool cut = false; ///< a length limit ended it: text may end inside a sentence
  int prompt_tokens = 0;
  int cached_tokens = 0; ///< of the prompt
  int reply_tokens = 0;
};

/// Deltas and whole tool calls in order, then llm_done or a failure, and nothing after it.
using llm_event = std::variant<reply_delta, tool_call, llm_done, failure>;

} // namespace trunkline
