#pragma once

#include "bench/providers/stand_in_server.hpp"
#include "infra/net/net_stream.hpp"
#include "infra/net/web_socket.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace trunkline {

/// What a connection needs of its server.
class stand_in_core {
public:
  virtual ~stand_in_core() = default;
  virtual stand_in_service& service() = 0;
  /// Draws whether this request or socket meets the present fault, and counts it.
  virtual fault_plan next_fault(bool socket) = 0;
  /// The fault that open sockets meet now, if it is theirs.
  virtual fault_plan present_fault() const = 0;
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
  void open_socket(const http_request& head, const fault_plan& fault);
  void play(stand_in_answer answer, const fault_plan& fault);
  void bend(std::deque<timed_bytes>& body, const fault_plan& fault);
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
  fault_plan fault_;
  unsigned played_ = 0;
  std::string out_;
  std::function<void()> cut_socket_; ///< once it has become one
  char held_ = 0;
};

} // namespace trunkline
