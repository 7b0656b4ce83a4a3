#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace trunkline {

/// What a server can do to any of its connections; called on the connection's shard thread.
class connection {
public:
  virtual ~connection() = default;
  /// Ends it if nothing is under way, else after the present request.
  virtual void stop_when_idle() = 0;
  /// Ends it now; the application is told.
  virtual void cut() = 0;
  /// Lets go of the application and the socket without a word. Only when the io_context has
  /// stopped running for good.
  virtual void abandon() = 0;
};

/// A connection's place in the server's counts; gives it back when destroyed. Thread safe.
class connection_ticket {
public:
  virtual ~connection_ticket() = default;
  /// The peer has shown a good request: no longer counted against its address.
  virtual void accepted() = 0;
  /// Counts it for `address` instead (a trusted proxy named it). False: over the limit.
  virtual bool move_to(const std::string& address) = 0;
};

} // namespace trunkline
