#pragma once

#include "actors/actor_slot.hpp"
#include "actors/interfaces.hpp"
#include "infra/net/web_socket.hpp"
#include "protocol/twilio/media_message.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// The socket end of a media stream: waits for `start`, asks the call manager for the call
/// it names, then passes messages on to that call's media actor. Lives on the socket's shard
/// thread; send() and close() may be called from any thread.
///
/// Before the call is known a few messages are kept, a second `start`, media before `start` and
/// binary messages close the socket (1008, 1003).
class stream_port : public web_socket_handler, public std::enable_shared_from_this<stream_port> {
public:
  static constexpr size_t early_messages_max = 100; ///< 2 s of frames while the call is looked up

  stream_port(boost::asio::io_context& io, std::shared_ptr<actor_slot<calls_actor>> calls,
              std::chrono::milliseconds start_timeout);

  void open(std::shared_ptr<web_socket> socket);
  void on_text(std::string_view message) override;
  void on_binary(std::string_view message) override;
  void on_closed(uint16_t code, std::string_view reason) override;

  /// The call manager's answer.
  void refuse();
  /// From here on messages go to this actor; what came early goes first.
  void connect(media_actor to);

  void send(std::string message);
  void close(uint16_t code, std::string reason);

private:
  void on_start(const stream_started& start);
  void close_here(uint16_t code, std::string_view reason);

  boost::asio::io_context& io_;
  std::shared_ptr<actor_slot<calls_actor>> calls_;
  std::chrono::milliseconds start_timeout_;
  boost::asio::steady_timer start_timer_;
  std::shared_ptr<web_socket> socket_;
  stream_message_parser parser_;
  std::vector<std::string> early_;
  media_actor to_;
  bool started_ = false;
  bool closed_ = false;
};

} // namespace trunkline
