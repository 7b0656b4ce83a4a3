#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace trunkline::testing {

/// A TCP link to a server on loopback that brings what clients send as late as it is told: a
/// database that needs so long for each statement. On a thread of its own.
class lagging_link {
public:
  explicit lagging_link(uint16_t server_port);
  ~lagging_link();

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// For what is sent from now on.
  void lag(std::chrono::milliseconds by) { lag_ = by; }

private:
  struct pipe;
  void accept();

  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  const boost::asio::ip::tcp::endpoint server_;
  std::atomic<std::chrono::milliseconds> lag_{std::chrono::milliseconds{0}};
  std::thread thread_;
};

} // namespace trunkline::testing
