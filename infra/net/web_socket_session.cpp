#include "infra/net/web_socket_session.hpp"

#include "infra/net/guarded.hpp"
#include "protocol/text/utf8.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace trunkline {

namespace {

using web_socket_frame::opcode;
using namespace std::chrono_literals;

// Frames of a phone call are a few hundred bytes; a peer who sends more at once gets more room.
constexpr size_t read_buffer_bytes = 1024, read_buffer_bytes_busy = 4096;
constexpr size_t kept_write_bytes = 4096; // larger buffers are given back after use
constexpr auto close_time = 2000ms;
constexpr auto cut_time = 100ms;

constexpr uint16_t going_away = 1001, protocol_error = 1002, no_close_frame = 1006, bad_text = 1007,
                   too_large = 1009, internal_error = 1011, try_later = 1013;

uint32_t random_mask() {
  thread_local std::array<uint32_t, 64> masks;
  thread_local size_t next = masks.size();
  if (next == masks.size()) {
    RAND_bytes(reinterpret_cast<unsigned char*>(masks.data()), sizeof masks);
    next = 0;
  }
  return masks[next++];
}

class owner_handle : public web_socket {
public:
  explicit owner_handle(std::shared_ptr<web_socket_session> session)
      : session_(std::move(session)) {}
  owner_handle(const owner_handle&) = delete;
  owner_handle& operator=(const owner_handle&) = delete;
  ~owner_handle() override { session_->close(internal_error, "the call's owner is gone"); }

  bool send_text(std::string message) override { return session_->send(opcode::text, message); }
  bool send_binary(std::string_view message) override {
    return session_->send(opcode::binary, message);
  }
  void close(uint16_t code, std::string_view reason) override { session_->close(code, reason); }
  size_t queued_bytes() const override { return session_->queued_bytes(); }

private:
  const std::shared_ptr<web_socket_session> session_;
};

} // namespace

web_socket_session::web_socket_session(std::unique_ptr<net_stream> stream,
                                       web_socket_settings settings,
                                       std::shared_ptr<connection_ticket> ticket)
    : stream_(std::move(stream)), settings_(settings), ticket_(std::move(ticket)),
      in_(read_buffer_bytes) {
  boost::system::error_code ignored;
  stream_->socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

std::shared_ptr<web_socket> web_socket_session::make_handle() {
  return std::make_shared<owner_handle>(shared_from_this());
}

void web_socket_session::send_first(std::string bytes) {
  pending_ = std::move(bytes);
  flush_soon();
}

void web_socket_session::start(std::shared_ptr<web_socket_handler> handler,
                               std::string_view already_read) {
  if (finished_)
    return;
  handler_ = std::move(handler);
  if (!handler_)
    close(internal_error, "not wanted");
  if (already_read.size() > in_.size())
    in_.resize(already_read.size());
  std::copy(already_read.begin(), already_read.end(), in_.begin());
  in_end_ = already_read.size();
  take_frames();
  read();
}

void web_socket_session::read() {
  if (finished_)
    return;
  ++operations_;
  stream_->async_read_some(
      boost::asio::buffer(in_.data() + in_end_, in_.size() - in_end_),
      [self = shared_from_this()](const boost::system::error_code& error, size_t bytes) {
        self->on_read(error, bytes);
        self->operation_done();
      });
}

void web_socket_session::on_read(const boost::system::error_code& error, size_t bytes) {
  if (finished_)
    return;
  if (error) {
    // The end of the stream completes a closing handshake, else the peer is lost.
    tell_closed(close_code_ != 0 ? close_code_ : no_close_frame, close_reason_);
    finish();
    return;
  }
  in_end_ += bytes;
  const bool filled = in_end_ == in_.size();
  reading_ = true; // what is answered meanwhile leaves right below
  take_frames();
  reading_ = false;
  if (filled && in_.size() < read_buffer_bytes_busy)
    in_.resize(read_buffer_bytes_busy);
  flush();
  read();
}

void web_socket_session::take_frames() {
  if (close_received_) { // nothing counts any more; read only to see the end
    in_begin_ = in_end_ = 0;
    return;
  }
  while (!finished_ && !close_received_ && take_frame()) {
  }
  if (close_received_ || in_begin_ == in_end_) {
    in_begin_ = in_end_ = 0;
    if (in_.size() > 4 * read_buffer_bytes_busy)
      in_ = std::vector<char>(read_buffer_bytes_busy);
  } else if (in_end_ == in_.size()) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
  }
}

// False when there is no whole frame (room for the rest of it has been made) or the stream is bad.
bool web_socket_session::take_frame() {
  web_socket_frame::header header;
  const std::span<char> bytes{in_.data() + in_begin_, in_end_ - in_begin_};
  switch (web_socket_frame::parse_header(bytes, header)) {
  case web_socket_frame::parse_status::need_more:
    return false;
  case web_socket_frame::parse_status::invalid:
    fail(protocol_error, "malformed frame");
    return false;
  case web_socket_frame::parse_status::ok:
    break;
  }
  if (header.masked == settings_.client) {
    fail(protocol_error, "wrong masking");
    return false;
  }
  if (!is_control(header.code) &&
      header.payload_bytes > settings_.message_bytes_max - fragments_.size()) {
    fail(too_large, "message over " + std::to_string(settings_.message_bytes_max) + " bytes");
    return false;
  }
  const auto frame_bytes = header.header_bytes + static_cast<size_t>(header.payload_bytes);
  if (bytes.size() < frame_bytes) {
    if (in_begin_ + frame_bytes > in_.size()) {
      std::memmove(in_.data(), bytes.data(), bytes.size());
      in_begin_ = 0;
      in_end_ = bytes.size();
      if (frame_bytes > in_.size())
        in_.resize(frame_bytes);
    }
    return false;
  }
  const auto payload = bytes.subspan(header.header_bytes, frame_bytes - header.header_bytes);
  if (header.masked)
    web_socket_frame::apply_mask(payload, header.mask);
  in_begin_ += frame_bytes;
  on_frame(header, {payload.data(), payload.size()});
  return true;
}

void web_socket_session::on_frame(const web_socket_frame::header& header,
                                  std::string_view payload) {
  switch (header.code) {
  case opcode::ping:
    send(opcode::pong, payload);
    break;
  case opcode::pong:
    break;
  case opcode::close:
    on_close_frame(payload);
    break;
  default:
    on_data(header, payload);
  }
}

void web_socket_session::on_data(const web_socket_frame::header& header, std::string_view payload) {
  const bool continues = header.code == opcode::more;
  if (continues == (fragments_code_ == opcode::more)) {
    fail(protocol_error, "fragments out of order");
    return;
  }
  if (header.fin && !continues) {
    deliver(header.code, payload);
    return;
  }
  if (!continues)
    fragments_code_ = header.code;
  fragments_ += payload;
  if (!header.fin)
    return;
  const auto message = std::exchange(fragments_, {});
  deliver(std::exchange(fragments_code_, opcode::more), message);
}

void web_socket_session::deliver(opcode code, std::string_view message) {
  if (code == opcode::text && !is_valid_utf8(message)) {
    fail(bad_text, "text is not UTF-8");
    return;
  }
  const auto handler = handler_; // it may let go of us in there
  if (!handler || close_sent_)
    return;
  const bool done = guarded("web_socket.handler_failed", [&] {
    if (code == opcode::text)
      handler->on_text(message);
    else
      handler->on_binary(message);
  });
  if (!done)
    fail(internal_error, "internal error");
}

void web_socket_session::on_close_frame(std::string_view payload) {
  const auto reason = web_socket_frame::parse_close(payload);
  close_received_ = true;
  if (close_sent_) {
    tell_closed(close_code_, close_reason_);
    if (!settings_.client && !writing_)
      finish();
    return;
  }
  const uint16_t code = !reason ? protocol_error : reason->code;
  send_close(code == 1005 ? 1000 : code, "");
  tell_closed(code, reason ? reason->reason : "malformed close frame");
}

void web_socket_session::fail(uint16_t code, std::string_view reason) {
  send_close(code, reason);
  close_received_ = true; // whatever follows is not read as frames
  tell_closed(code, reason);
}

bool web_socket_session::send(opcode code, std::string_view payload) {
  if (close_sent_ || finished_)
    return false;
  const auto bytes = payload.size() + web_socket_frame::header_bytes_max;
  if (queued_bytes() + bytes > settings_.send_queue_bytes_max) {
    pending_.clear(); // whole frames only; the one being written goes on
    pending_.shrink_to_fit();
    close(try_later, "peer does not read");
    return false;
  }
  web_socket_frame::append_frame(pending_, code, payload,
                                 settings_.client ? std::optional{random_mask()} : std::nullopt);
  flush_soon();
  return true;
}

void web_socket_session::close(uint16_t code, std::string_view reason) {
  if (close_sent_ || finished_)
    return;
  close_code_ = code;
  close_reason_ = reason;
  send_close(code, reason);
}

void web_socket_session::send_close(uint16_t code, std::string_view reason) {
  if (close_sent_ || finished_)
    return;
  close_sent_ = true;
  web_socket_frame::append_frame(pending_, opcode::close,
                                 web_socket_frame::close_payload(code, reason),
                                 settings_.client ? std::optional{random_mask()} : std::nullopt);
  flush_soon();
  cut_in(close_time);
}

// What is sent in one turn of the loop (audio and its mark, say) leaves in one write.
void web_socket_session::flush_soon() {
  if (writing_ || flush_posted_ || reading_)
    return;
  flush_posted_ = true;
  ++operations_;
  boost::asio::post(stream_->get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
    self->operation_done();
  });
}

void web_socket_session::flush() {
  if (finished_ || writing_ || pending_.empty())
    return;
  std::swap(out_, pending_);
  writing_ = true;
  ++operations_;
  boost::asio::async_write(
      *stream_, boost::asio::buffer(out_),
      [self = shared_from_this()](const boost::system::error_code& error, size_t) {
        self->on_written(error);
        self->operation_done();
      });
}

void web_socket_session::on_written(const boost::system::error_code& error) {
  writing_ = false;
  out_.clear();
  if (out_.capacity() > kept_write_bytes)
    std::string{}.swap(out_);
  if (finished_)
    return;
  if (error) {
    tell_closed(close_code_ != 0 ? close_code_ : no_close_frame, close_reason_);
    finish();
  } else if (!pending_.empty()) {
    flush();
  } else if (cut_when_written_) {
    finish();
  } else if (close_sent_ && close_received_) {
    // The server ends the connection first. Not by closing: unread bytes would then destroy what
    // is still on its way, so the read side waits for the peer's end, or the cut.
    if (!settings_.client)
      stream_->shut_down_sending();
  }
}

void web_socket_session::cut_in(std::chrono::milliseconds delay) {
  cut_timer_ = std::make_unique<net_timer>(stream_->get_executor(), delay);
  ++operations_;
  cut_timer_->async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->finished_) {
      self->tell_closed(self->close_code_ != 0 ? self->close_code_ : no_close_frame,
                        self->close_reason_);
      self->finish();
    }
    self->operation_done();
  });
}

void web_socket_session::tell_closed(uint16_t code, std::string_view reason) {
  const auto handler = std::exchange(handler_, nullptr);
  if (!handler)
    return;
  guarded("web_socket.handler_failed", [&] { handler->on_closed(code, reason); });
}

// The close frame leaves behind what is being written, if the peer takes it soon.
void web_socket_session::cut() {
  if (finished_)
    return;
  close(going_away, "shutting down");
  tell_closed(close_code_ != 0 ? close_code_ : no_close_frame, close_reason_);
  cut_when_written_ = true;
  cut_in(cut_time);
  flush();
}

void web_socket_session::finish() {
  if (std::exchange(finished_, true))
    return;
  if (cut_timer_)
    cut_timer_->cancel();
  stream_->cut();
  ticket_.reset();
}

void web_socket_session::operation_done() {
  if (--operations_ == 0 && finished_) {
    cut_timer_.reset();
    stream_.reset();
  }
}

void web_socket_session::abandon() {
  finished_ = close_sent_ = true;
  cut_timer_.reset();
  if (stream_)
    stream_->cut();
  stream_.reset();
  ticket_.reset();
  handler_.reset();
}

} // namespace trunkline
