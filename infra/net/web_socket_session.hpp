#pragma once

#include "infra/net/connection.hpp"
#include "infra/net/net_stream.hpp"
#include "infra/net/web_socket.hpp"
#include "protocol/web_socket/frame.hpp"

#include <memory>
#include <string>
#include <vector>

namespace trunkline {

struct web_socket_settings {
  bool client = false; ///< clients mask what they send
  size_t message_bytes_max = 64 * 1024;
  size_t send_queue_bytes_max = 1024 * 1024;
};

/// One open WebSocket after its handshake, of either side; lives on its io_context's thread.
///
///   open --close()--> we sent close --peer's close, end of stream or 2 s--> gone
///   open --peer's close--> we answer, handler is told --end of stream or 2 s--> gone
///   open --limit or protocol broken--> we sent close, handler is told --...--> gone
///   open --end of stream, error--> handler is told 1006, gone
///
/// One read serves every frame that has arrived; all messages queued in one turn of the loop leave
/// in one write. Pending operations keep the session alive; the owner's handle only points to it.
class web_socket_session : public connection,
                           public std::enable_shared_from_this<web_socket_session> {
public:
  web_socket_session(std::unique_ptr<net_stream> stream, web_socket_settings settings,
                     std::shared_ptr<connection_ticket> ticket);

  /// The owner's handle; when the last copy goes, the socket closes with 1011.
  std::shared_ptr<web_socket> make_handle();
  /// Bytes that leave before any frame: the server's half of the handshake.
  void send_first(std::string bytes);
  /// Starts to read. Null handler: the application did not want it, closes with 1011.
  /// `already_read`: what arrived together with the peer's half of the handshake.
  void start(std::shared_ptr<web_socket_handler> handler, std::string_view already_read = {});

  bool send(web_socket_frame::opcode code, std::string_view payload);
  void close(uint16_t code, std::string_view reason);
  size_t queued_bytes() const { return out_.size() + pending_.size(); }

  void stop_when_idle() override {} // open sockets stay
  void cut() override;
  void abandon() override;

private:
  void read();
  void on_read(const boost::system::error_code& error, size_t bytes);
  void take_frames();
  bool take_frame();
  void on_frame(const web_socket_frame::header& header, std::string_view payload);
  void on_data(const web_socket_frame::header& header, std::string_view payload);
  void deliver(web_socket_frame::opcode code, std::string_view message);
  void on_close_frame(std::string_view payload);
  void fail(uint16_t code, std::string_view reason);
  void send_close(uint16_t code, std::string_view reason);
  void flush_soon();
  void flush();
  void on_written(const boost::system::error_code& error);
  void cut_in(std::chrono::milliseconds delay);
  void tell_closed(uint16_t code, std::string_view reason);
  void finish();
  void operation_done();

  std::unique_ptr<net_stream> stream_; // reset when finished and nothing refers to it any more
  const web_socket_settings settings_;
  std::shared_ptr<connection_ticket> ticket_;
  std::shared_ptr<web_socket_handler> handler_;
  std::vector<char> in_;
  size_t in_begin_ = 0, in_end_ = 0;
  std::string fragments_; // of a message in several frames
  web_socket_frame::opcode fragments_code_ = web_socket_frame::opcode::more;
  std::string pending_, out_; // waiting; being written
  std::unique_ptr<net_timer> cut_timer_;
  std::string close_reason_;
  uint16_t close_code_ = 0; // ours, when we closed first
  unsigned operations_ = 0;
  bool writing_ = false, flush_posted_ = false, reading_ = false;
  bool close_sent_ = false, close_received_ = false, finished_ = false, cut_when_written_ = false;
};

} // namespace trunkline
