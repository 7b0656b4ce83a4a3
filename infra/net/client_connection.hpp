#pragma once

#include "infra/net/http_client.hpp"
#include "infra/net/net_stream.hpp"

#include <boost/asio/ip/basic_resolver.hpp>

#include <array>
#include <functional>
#include <memory>

namespace trunkline {

/// A client's way to its server: resolve, connect, verify, send one request; with one deadline at a
/// time. Ends with `fail` or by handing over the stream. Lives on its io_context's thread; pending
/// operations keep it alive.
class client_connection : public std::enable_shared_from_this<client_connection> {
public:
  client_connection(boost::asio::io_context& io, client_request request);
  virtual ~client_connection() = default;
  client_connection(const client_connection&) = delete;
  client_connection& operator=(const client_connection&) = delete;

  void start();

protected:
  /// Headers beyond Host and the request's own, each line ended; then the request line's facts.
  virtual std::string extra_headers() = 0;
  /// The first bytes of the answer are in `received`.
  virtual void on_first_bytes() = 0;
  /// Exactly one of these ends it.
  virtual void on_failure(failure what) = 0;

  void fail(failure_kind kind, std::string why);
  /// No deadline and no operation any more; for who takes the stream over.
  void finish();
  bool finished() const { return finished_; }
  const client_request& request() const { return request_; }

  std::unique_ptr<net_stream> stream_;
  std::array<char, 4096> received_{};
  size_t received_bytes_ = 0;

private:
  void resolve();
  void connect(size_t index);
  void hand_shake();
  void send();
  void deadline(std::chrono::milliseconds from_now, const char* phase);
  void on_deadline();
  std::string where() const;

  boost::asio::io_context& io_;
  const client_request request_;
  url_parts url_;
  boost::asio::ip::basic_resolver<boost::asio::ip::tcp, io_executor> resolver_;
  std::vector<boost::asio::ip::tcp::endpoint> endpoints_;
  net_timer timer_;
  std::chrono::steady_clock::time_point started_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  std::string out_;
  const char* phase_ = "connect";
  uint64_t timer_set_ = 0;
  bool finished_ = false;
};

} // namespace trunkline
