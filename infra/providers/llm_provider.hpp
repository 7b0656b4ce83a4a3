#pragma once

#include "schema/assistant.hpp"
#include "schema/failure.hpp"
#include "schema/records.hpp"

#include <functional>
#include <memory>
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

/// A tool the model may use: name, description and JSON Schema (text) of its arguments.
struct tool_spec {
  std::string name;
  std::string description;
  std::string parameters;
};

/// Facts about the call that the model may rely on (and a template answerer needs).
struct call_facts {
  std::string call_sid;
  std::string caller_number; ///< E.164; empty when withheld
  std::string caller_name;
  timestamp now{};           ///< UTC; the assistant's time zone is in its configuration
};

struct llm_request {
  std::shared_ptr<const assistant> who;
  call_facts facts;
  std::vector<chat_message> messages;
  std::vector<tool_spec> tools;
};

struct reply_delta {
  std::string text;
};
struct llm_done {};

/// Deltas and tool calls in order, then llm_done or a failure, and nothing after it. After tool
/// calls the caller of start() runs them and starts again with the results in the context.
using llm_event = std::variant<reply_delta, tool_call, llm_done, failure>;
/// Called from any thread; cheap, thread safe, may come after the stream is gone.
using llm_sink = std::function<void(llm_event)>;

/// A reply being streamed. Destroying it cancels.
class llm_stream {
public:
  virtual ~llm_stream() = default;
};

class llm_provider {
public:
  virtual ~llm_provider() = default;
  virtual std::string name() const = 0;
  /// Thread safe, never blocks.
  virtual std::unique_ptr<llm_stream> start(llm_request request, llm_sink sink) = 0;
};

} // namespace trunkline
