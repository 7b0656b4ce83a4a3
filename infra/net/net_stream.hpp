#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace trunkline {

// Bound to io_context's own executor: the erased default one costs an allocation per operation.
using io_executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, io_executor>;
using net_timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, io_executor>;

/// A TCP connection with or without TLS behind one type, so that Beast and the WebSocket code are
/// instantiated once. Lives on one io_context's thread. One read and one write may be under way.
class net_stream {
public:
  using executor_type = io_executor;

  explicit net_stream(tcp_socket socket) : socket_(std::move(socket)) {}
  net_stream(const net_stream&) = delete;
  net_stream& operator=(const net_stream&) = delete;

  executor_type get_executor() { return socket_.get_executor(); }
  tcp_socket& socket() { return socket_; }
  bool secure() const { return tls_.has_value(); }
  /// From now on everything goes through TLS; the handshake is the caller's next step.
  boost::asio::ssl::stream<tcp_socket&>& start_tls(boost::asio::ssl::context& context) {
    return tls_.emplace(socket_, context);
  }

  template<class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_)
      tls_->async_read_some(buffers, std::forward<Handler>(handler));
    else
      socket_.async_read_some(buffers, std::forward<Handler>(handler));
  }

  template<class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_)
      tls_->async_write_some(buffers, std::forward<Handler>(handler));
    else
      socket_.async_write_some(buffers, std::forward<Handler>(handler));
  }

  /// No more is sent; what was written still arrives.
  void shut_down_sending();
  /// Pending operations end with operation_aborted.
  void cut();

private:
  tcp_socket socket_;
  std::optional<boost::asio::ssl::stream<tcp_socket&>> tls_;
};

/// For a server: certificate chain and key in PEM. Throws boost::system::system_error.
std::unique_ptr<boost::asio::ssl::context> server_tls(const std::string& certificate_file,
                                                      const std::string& key_file);
/// For clients: the system's roots, or those of SSL_CERT_FILE, which is looked at on every call.
/// Shared and thread safe; never null.
std::shared_ptr<boost::asio::ssl::context> client_tls();

} // namespace trunkline
