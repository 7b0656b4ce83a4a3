#pragma once

#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string_view>

namespace trunkline {

// How Deepgram refuses: {"err_code","err_msg"} or {"category","message","details"} over HTTP, an
// Error message and a close code with a word like "NET-0001" at the head of its reason on sockets.

/// An answer other than the one asked for, of a handshake or of a REST request.
failure deepgram_refused(const service_error& answer);
/// A socket closed by the service.
failure deepgram_closed(uint16_t code, std::string_view reason);
/// An Error message of a socket; a close follows it.
failure deepgram_error(const nlohmann::json& message);

} // namespace trunkline
