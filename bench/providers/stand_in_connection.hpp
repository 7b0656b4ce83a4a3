#pragma once

#include "bench/providers/stand_in_server.hpp"
#include "infra/net/net_stream.hpp"
#include "infra/net/web_socket.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace trunkline {

/// What a request or socket meets, perhaps nothing, and which of its service's it is.
struct met_fault : fault_plan {
  bool socket = false;
  uint64_t stream = 0; ///< from 1, requests and sockets each for themselves
};

/// What a connection needs of its server.
class stand_in_core {
public:
  virtual ~stand_in_core() = default;
  virtual stand_in_service& service() = 0;
  /// Draws whether this request or socket meets the present fault, and counts it.
  virtual met_fault next_fault(bool socket) = 0;
  /// It has been made just now.
  virtual void injected(const met_fault& fault) = 0;
  /// The fault that open sockets meet now, if it is theirs.
  virtual fault_plan present_fault() const = 0;
  /// A socket that was open before it has suffered it.
  virtual void befell_open_socket() = 0;
  /// What was to leave at `due` leaves now.
  virtual void leaves(std::chrono::steady_clock::time_point due) = 0;
};

/// One connection to a stand-in: requests one after the other, or a WebSocket. Pending operations
/// keep it alive.
class stand_in_connection : public std::enable_shared_from_this<stand_in_connection> {
public:
  stand_in_connection(std::shared_ptr<stand_in_core> core, std::unique_ptr<net_stream> stream,
                      boost::asio::ssl::context* tls);
  void start();
  void cut();

private:
  using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void read();
  void on_request();
  void open_socket(const http_request& head, const met_fault& fault);
  void play(stand_in_answer answer, const met_fault& fault);
  /// Whether it changes anything.
  bool bend(std::deque<timed_bytes>& body, const fault_plan& fault);
  void next_piece();
  void write(std::string bytes, std::function<void()> then);
  void hold();

  std::shared_ptr<stand_in_core> core_;
  std::unique_ptr<net_stream> stream_;
  boost::asio::ssl::context* tls_;
  net_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;
  std::deque<timed_bytes> pieces_;
  met_fault fault_;
  unsigned played_ = 0;
  /// When the next piece leaves. Counted from the request, so that what the stand-in needs to think
  /// of its answer is within the latency that it plays, not on top of it.
  std::chrono::steady_clock::time_point due_;
  std::string out_;
  std::function<void()> cut_socket_; ///< once it has become one
  char held_ = 0;
};

} // namespace trunkline
