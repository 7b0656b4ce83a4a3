#pragma once

#include "infra/net/server_core.hpp"

namespace trunkline {

/// Starts to serve HTTP on a socket just accepted by `shard`, whose thread this runs on. A
/// WebSocket handshake may take the socket to another shard.
void serve_http(std::shared_ptr<server_core> core, size_t shard, tcp_socket socket,
                std::string peer_address, std::shared_ptr<connection_ticket> ticket);

} // namespace trunkline
