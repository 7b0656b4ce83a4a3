#pragma once

#include "infra/net/http_client.hpp"
#include "infra/net/net_stream.hpp"

#include <boost/asio/ip/basic_resolver.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace trunkline {

/// A client's way to its server: resolve, connect and, for https and wss, verify. `done` once on
/// io's thread, not before start() has returned; not at all after cancel(). Pending operations keep
/// it alive.
class stream_opening : public std::enable_shared_from_this<stream_opening> {
public:
  using on_done = std::function<void(result<std::unique_ptr<net_stream>>)>;

  static std::shared_ptr<stream_opening> start(boost::asio::io_context& io, url_parts url,
                                               std::chrono::milliseconds limit, on_done done);
  void cancel();

private:
  stream_opening(boost::asio::io_context& io, url_parts url, on_done done);
  void resolve();
  void connect(size_t index);
  void hand_shake();
  void fail(failure_kind kind, std::string why);
  void finish(result<std::unique_ptr<net_stream>> outcome);

  boost::asio::io_context& io_;
  const url_parts url_;
  on_done done_; ///< empty: finished or cancelled
  boost::asio::ip::basic_resolver<boost::asio::ip::tcp, io_executor> resolver_;
  std::vector<boost::asio::ip::tcp::endpoint> endpoints_;
  net_timer timer_;
  std::unique_ptr<net_stream> stream_;
};

/// "host:port", for messages.
std::string where(const url_parts& url);

} // namespace trunkline
