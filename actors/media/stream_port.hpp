#pragma once

#include "actors/actor_slot.hpp"
#include "actors/interfaces.hpp"
#include "infra/net/web_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline {

/// What a message means on a socket of which it is not known yet whose call it is.
struct stream_opening {
  enum class verdict { not_yet, open, refused };
  verdict what = verdict::not_yet;
  attach_stream who{};  ///< open; its port is filled in
  uint16_t code = 1008; ///< refused: what the socket is closed with
  std::string_view why{};
};
using opening_reader = std::function<stream_opening(std::string_view message)>;
/// `start` of a media stream.
opening_reader media_opening();
/// `setup` of a ConversationRelay session.
opening_reader relay_opening();

/// The socket end of a channel: waits for the message that names the call, asks the call manager
/// for it, then gives messages to that call's channel. Lives on the socket's shard thread;
/// send() and close() may be called from any thread.
///
/// Before the call is known a few messages are kept; other messages before the first, and binary
/// ones, close the socket (1008, 1003).
class stream_port : public web_socket_handler, public std::enable_shared_from_this<stream_port> {
public:
  static constexpr size_t early_messages_max = 100; ///< 2 s of frames while the call is looked up

  stream_port(boost::asio::io_context& io, std::shared_ptr<actor_slot<calls_actor>> calls,
              std::chrono::milliseconds start_timeout, opening_reader opening);

  void open(std::shared_ptr<web_socket> socket);
  void on_text(std::string_view message) override;
  void on_binary(std::string_view message) override;
  void on_closed(uint16_t code, std::string_view reason) override;

  /// Of the channel: gets the socket's messages, on its thread.
  using message_reader = std::function<void(std::string_view message)>;

  /// The call manager's answer.
  void refuse();
  /// From here on messages go to this reader, what came early first; the actor is told of the end.
  void connect(socket_actor to, message_reader reader);

  void send(std::string message);
  void close(uint16_t code, std::string reason);

private:
  void on_start(attach_stream&& start);
  void close_here(uint16_t code, std::string_view reason);

  boost::asio::io_context& io_;
  std::shared_ptr<actor_slot<calls_actor>> calls_;
  std::chrono::milliseconds start_timeout_;
  boost::asio::steady_timer start_timer_;
  std::shared_ptr<web_socket> socket_;
  opening_reader opening_;
  std::vector<std::string> early_;
  socket_actor to_;
  message_reader reader_;
  bool started_ = false;
  bool closed_ = false;
};

} // namespace trunkline
