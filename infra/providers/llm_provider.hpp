#pragma once

#include "schema/assistant.hpp"
#include "schema/chat.hpp"
#include "schema/records.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline {

/// Facts about the call that the model may rely on (and a template answerer needs).
struct call_facts {
  std::string call_sid;
  std::string caller_number; ///< E.164; empty when withheld
  std::string caller_name;
  timestamp now{};         ///< UTC; the assistant's time zone is in its configuration
  bool remembered = false; ///< caller_name is from an earlier call
};

struct llm_request {
  std::shared_ptr<const assistant> who;
  call_facts facts;
  std::string prompt; ///< the system prompt, for language models
  std::vector<chat_message> messages;
  std::vector<tool_spec> tools;
};

/// Called from any thread, also within start(); cheap, thread safe, may come after the stream is
/// gone. After tool calls the caller of start() runs them and starts again with the results in the
/// context.
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
  /// Never blocks. On the thread of the shard it was made for; embedded ones: any thread.
  virtual std::unique_ptr<llm_stream> start(llm_request request, llm_sink sink) = 0;
  /// False: it answers at once, so nothing is gained by asking ahead of time.
  virtual bool takes_time() const { return true; }
  /// A call is coming: what takes time may be done ahead. Same thread as start().
  virtual void prepare() {}
};

} // namespace trunkline
