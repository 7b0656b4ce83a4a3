#pragma once

#include "infra/net/http_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trunkline::testing {

using namespace std::chrono_literals;

/// io_contexts with a thread each, as the engine's shards are. Stopped and joined by stop() or at
/// the end; the contexts live until the object ends.
class shard_threads {
public:
  explicit shard_threads(size_t count);
  ~shard_threads();
  shard_threads(const shard_threads&) = delete;
  shard_threads& operator=(const shard_threads&) = delete;

  boost::asio::io_context& io(size_t i = 0) { return *ios_[i]; }
  std::vector<boost::asio::io_context*> all();
  std::thread::id thread(size_t i) const { return threads_[i].get_id(); }
  /// Runs it on the shard's thread and waits.
  void run(size_t i, const std::function<void()>& what);
  void stop();

private:
  using guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
  std::vector<std::unique_ptr<boost::asio::io_context>> ios_;
  std::vector<guard> guards_;
  std::vector<std::thread> threads_;
};

/// Waits until `condition` holds after some signal(); for facts made by other threads.
class signals {
public:
  /// Changes the facts under the lock and wakes the waiters.
  void change(const std::function<void()>& how);
  /// False after `limit`.
  bool wait(const std::function<bool()>& condition, std::chrono::milliseconds limit = 10s);

private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// An application made of functions; what is left out answers 404 or refuses.
class scripted_application : public http_application {
public:
  std::function<void(http_request, http_respond)> request;
  std::function<upgrade_decision(const http_request&)> upgrade;
  std::function<std::shared_ptr<web_socket_handler>(http_request, std::shared_ptr<web_socket>)>
      open;

  void on_request(http_request what, http_respond respond) override;
  upgrade_decision on_upgrade(const http_request& head) override;
  std::shared_ptr<web_socket_handler> on_open(http_request head,
                                              std::shared_ptr<web_socket> socket) override;
};

/// A peer on loopback that says exactly the bytes it is told to. Every wait ends after 10 s.
class raw_peer {
public:
  explicit raw_peer(uint16_t port);
  ~raw_peer();
  raw_peer(const raw_peer&) = delete;
  raw_peer& operator=(const raw_peer&) = delete;

  /// False when the other side has closed.
  bool send(std::string_view bytes);
  void half_close();
  /// Closes with a reset instead of the usual end.
  void reset();
  /// Up to and with `end`, or less when the other side closed first.
  std::string read_until(std::string_view end);
  std::string read_bytes(size_t count);
  std::string read_to_end();
  /// Status line and headers, then as many body bytes as Content-Length says.
  std::string read_response();
  /// Whether there is something to read, the end included, after at most `limit`.
  bool readable_within(std::chrono::milliseconds limit);
  int descriptor() const { return descriptor_; }

private:
  bool fill();
  int descriptor_;
  std::string buffer_;
};

} // namespace trunkline::testing
