#pragma once

#include "protocol/chat/chat_codec.hpp"

#include <memory>
#include <string>

namespace trunkline {

/// Reads the event stream of a chat completion, of OpenAI and of the servers that speak like it.
/// `service` is named in failures. `without_thoughts`: what stands between <think> and </think> is
/// left out, as thought_filter has it.
std::unique_ptr<reply_reader> make_openai_reader(std::string service,
                                                 bool without_thoughts = false);

} // namespace trunkline
