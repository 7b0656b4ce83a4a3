#pragma once

#include "protocol/http/service_request.hpp"
#include "schema/failure.hpp"

#include <cstdint>
#include <string_view>

namespace trunkline {

/// An answer other than 200. Its body is {"detail":{"status","message"}}, a list of what is wrong
/// with the request, or a bare string; a used up account answers 401.
failure elevenlabs_refused(const service_error& answer);

/// An error message of a socket, or the reason it was closed with, which is cut at 123 bytes.
failure elevenlabs_socket_failure(uint16_t code, std::string_view error, std::string_view message);

} // namespace trunkline
