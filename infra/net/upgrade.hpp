#pragma once

#include "infra/net/server_core.hpp"

#include <optional>

namespace trunkline {

/// Whether the head asks for a WebSocket at all.
bool wants_web_socket(const http_request& head);

/// Why the handshake is not one we can complete: 400, or 426 for another protocol version.
std::optional<http_response> bad_handshake(const http_request& head);

/// Completes the handshake on the home shard: at once, or by handing the descriptor over. A TLS
/// connection stays where it is. `stream` has no operation under way and nothing was read beyond
/// the head. On the accepting shard's thread.
void open_web_socket(std::shared_ptr<server_core> core, size_t home,
                     std::unique_ptr<net_stream> stream, http_request head,
                     std::shared_ptr<connection_ticket> ticket);

} // namespace trunkline
