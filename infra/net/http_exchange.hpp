#pragma once

#include "infra/net/http_call.hpp"
#include "infra/net/stream_opening.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace trunkline {

/// One request and its answer, from taking or opening a connection to giving it back.
///
///   start ──idle connection──► send ──► read head ──► read body ──► end, connection kept
///     └────open a new one────────┘  └─idle one was dead: once more, on a new one
///
/// One deadline at a time. Pending operations keep it alive; cancel() silences it, and so does
/// leave(), which reads on.
class http_exchange : public std::enable_shared_from_this<http_exchange> {
public:
  /// Where connections come from and go to; null functions: none are kept.
  struct keeper {
    std::function<std::unique_ptr<net_stream>(const url_parts&)> take;
    std::function<void(const url_parts&, std::unique_ptr<net_stream>)> give_back;
  };

  http_exchange(boost::asio::io_context& io, client_request request, http_handler& handler,
                keeper connections);

  void start();
  /// Lives as long as this from here on.
  void keep(std::shared_ptr<http_handler> handler) { kept_handler_ = std::move(handler); }
  void cancel();
  /// The end of the body has so long to come; without a place to keep the connection, cancel().
  static constexpr std::chrono::milliseconds leave_time{1000};
  void leave();
  void expect_within(std::chrono::milliseconds limit, const char* what);
  void expect_by(std::chrono::steady_clock::time_point due, const char* what);
  std::chrono::steady_clock::time_point started() const { return started_; }

private:
  using parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;

  void take_stream();
  void open_stream();
  void use(std::unique_ptr<net_stream> stream);
  void read_head();
  void on_head();
  void read_body();
  void on_body(size_t bytes);
  void lost(const boost::system::error_code& error);
  void fail(failure_kind kind, std::string why);
  void finish();
  void end();

  boost::asio::io_context& io_;
  const client_request request_;
  http_handler* handler_; ///< null: finished or cancelled
  std::shared_ptr<http_handler> kept_handler_;
  keeper connections_;
  url_parts url_;
  net_timer timer_;
  std::chrono::steady_clock::time_point started_;
  uint64_t timer_set_ = 0;
  std::string out_;
  bool kept_ = false;                     ///< the connection had been used before
  std::weak_ptr<stream_opening> opening_; ///< which keeps us
  std::unique_ptr<net_stream> stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;
  std::array<char, 8192> chunk_;
};

std::unique_ptr<http_call> start_exchange(boost::asio::io_context& io, client_request request,
                                          http_handler& handler, http_exchange::keeper connections);

} // namespace trunkline
