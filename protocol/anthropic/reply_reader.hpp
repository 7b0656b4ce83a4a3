#pragma once

#include "protocol/chat/chat_codec.hpp"

#include <memory>
#include <string>

namespace trunkline {

/// Reads the event stream of the Messages API. `service` is named in failures.
std::unique_ptr<reply_reader> make_anthropic_reader(std::string service);

} // namespace trunkline
