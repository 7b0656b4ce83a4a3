#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace trunkline {

/// An open WebSocket. All calls on the shard thread it lives on; destroying the last handle closes
/// it with 1011.
class web_socket {
public:
  virtual ~web_socket() = default;
  /// Queues a text message. False when the queue is full (a peer that does not read): the socket
  /// then closes itself with 1013 and on_closed follows.
  virtual bool send_text(std::string message) = 0;
  /// The same with a binary message.
  virtual bool send_binary(std::string_view message) = 0;
  /// Closing handshake, at most 2 s, then the connection is cut. Idempotent.
  virtual void close(uint16_t code, std::string_view reason) = 0;
  /// Bytes queued and not yet handed to the kernel.
  virtual size_t queued_bytes() const = 0;
};

/// Receives what comes from the peer, on the socket's shard thread.
class web_socket_handler {
public:
  virtual ~web_socket_handler() = default;
  /// A text message. Valid during the call only. Invalid UTF-8 closes with 1007 before this.
  virtual void on_text(std::string_view message) = 0;
  /// A binary message; where none is allowed the handler closes the socket.
  virtual void on_binary(std::string_view message) = 0;
  /// Once, last: peer closed, connection lost, or limit broken. `code` 1006 when there was no close
  /// frame.
  virtual void on_closed(uint16_t code, std::string_view reason) = 0;
};

} // namespace trunkline
