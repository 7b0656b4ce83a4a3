#pragma once

#include "protocol/chat/chat_codec.hpp"

#include <memory>
#include <string>

namespace trunkline {

/// Reads the event stream of a chat completion, of OpenAI and of the servers that speak like it.
/// `service` is named in failures.
std::unique_ptr<reply_reader> make_openai_reader(std::string service);

} // namespace trunkline
