#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace trunkline {

/// Ends a blocking wait of a library on its socket: a socket still armed at its deadline is shut
/// down, and the library sees a lost connection. A server's own timeouts do not help when the
/// server or the way to it hangs. One thread of its own.
class socket_deadline {
public:
  socket_deadline();
  ~socket_deadline();
  socket_deadline(const socket_deadline&) = delete;
  socket_deadline& operator=(const socket_deadline&) = delete;

  /// Watches this connected socket from now on instead of the last one; keeps a descriptor of its
  /// own, so that one closed and reused by others is never touched. -1: none.
  void watch(int socket);
  void arm(std::chrono::milliseconds limit);
  void disarm();

private:
  using clock = std::chrono::steady_clock;
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  int socket_ = -1;
  std::optional<clock::time_point> deadline_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace trunkline
