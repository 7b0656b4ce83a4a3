#pragma once

#include "protocol/chat/chat_codec.hpp"
#include "schema/failure.hpp"

#include <memory>
#include <optional>
#include <string>

namespace trunkline {

/// How the Messages API is asked. The base URL, without a version path, is the session's.
struct anthropic_messages_options {
  std::string service = "anthropic"; ///< named in failures
  std::string model;
  std::string api_key;               ///< empty: no header is sent
  int tokens_max = 300;              ///< the API requires it
  std::optional<double> temperature; ///< 0 to 1; nothing: the service's own
  bool disable_parallel_tool_use = true;
  bool prompt_cache = true; ///< marks the tools and the system prompt as what stays the same
  std::string extra;        ///< JSON object merged into the body; null removes a member
};

/// Messages at "/v1/messages", streamed. What the API does not have is put into words of its own:
/// notes to the model become text in a user message, tool results stand first in one, and a user
/// message is added where it must begin or end with one. Failure: options that no request could be
/// made of.
result<std::unique_ptr<chat_codec>> make_anthropic_messages(anthropic_messages_options options);

} // namespace trunkline
