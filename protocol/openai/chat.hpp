#pragma once

#include "protocol/chat/chat_codec.hpp"
#include "schema/failure.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline {

/// Which tools are sent with "strict": the server then lets the model write nothing but arguments
/// that fit the schema. `fitting`: those whose schema OpenAI accepts for it.
enum class strict_tools { none, fitting, all };

/// How one server of chat completions wants to be asked. The base URL, version path included, is
/// the session's.
struct openai_chat_options {
  std::string service = "openai"; ///< named in failures
  std::string model;
  std::string api_key; ///< empty: no header is sent
  int tokens_max = 300;
  std::optional<double> temperature; ///< 0 to 2; nothing: the server's own
  std::string tokens_max_name = "max_completion_tokens";
  bool stream_options = true;     ///< ask for token counts
  bool obfuscation_option = true; ///< ask for chunks without padding; needs stream_options
  bool tool_choice = true;        ///< say "auto" when there are tools
  std::optional<bool> parallel_tool_calls = false; ///< nothing: the field is not sent
  strict_tools strict = strict_tools::none;        ///< the first use of a tool may take seconds
  bool without_thoughts = false; ///< leaves out <think>...</think>, which is never to be said
  std::string extra; ///< JSON object merged into the body; null removes a member
};

/// The options that a kind of server understands: openai, ollama, llama.cpp, vllm or compatible,
/// which asks for nothing that a server might refuse. Model and key are for the caller to set.
result<openai_chat_options> openai_chat_profile(std::string_view name);

/// Chat completions at "/chat/completions", streamed. Failure: options that no request could be
/// made of.
result<std::unique_ptr<chat_codec>> make_openai_chat(openai_chat_options options);

} // namespace trunkline
