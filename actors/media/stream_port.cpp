#include "actors/media/stream_port.hpp"

#include "infra/caf/compat.hpp"
#include "infra/log/log.hpp"

#include "protocol/twilio/media_message.hpp"
#include "protocol/twilio/relay_message.hpp"

#include <boost/asio/dispatch.hpp>

#include <utility>

namespace trunkline {

namespace {

using verdict = stream_opening::verdict;

std::string token_in(const std::vector<std::pair<std::string, std::string>>& parameters) {
  for (const auto& [name, value] : parameters)
    if (name == "token")
      return value;
  return {};
}

} // namespace

opening_reader media_opening() {
  return [parser = stream_message_parser{}](std::string_view message) mutable -> stream_opening {
    auto parsed = parser.parse(message);
    if (!parsed)
      return {verdict::refused, {}, 1008, "not a media stream message"};
    if (std::holds_alternative<stream_connected>(*parsed) ||
        std::holds_alternative<stream_unknown>(*parsed))
      return {};
    const auto* start = std::get_if<stream_started>(&*parsed);
    if (!start)
      return {verdict::refused, {}, 1008, "a message before start"};
    if (start->encoding != "audio/x-mulaw" || start->sample_rate != 8000 || start->channels != 1)
      return {verdict::refused, {}, 1003, "only audio/x-mulaw, 8000 Hz, one channel"};
    return {
        verdict::open,
        {start->call_sid, start->stream_sid, token_in(start->parameters), nullptr, "media_stream"}};
  };
}

opening_reader relay_opening() {
  return [](std::string_view message) -> stream_opening {
    auto parsed = parse_relay_heard(message);
    if (!parsed)
      return {verdict::refused, {}, 1008, "not a relay message"};
    if (std::holds_alternative<relay_unknown>(*parsed) ||
        std::holds_alternative<relay_info>(*parsed))
      return {};
    const auto* setup = std::get_if<relay_setup>(&*parsed);
    if (!setup)
      return {verdict::refused, {}, 1008, "a message before setup"};
    return {verdict::open,
            {setup->call_sid, setup->session_id, token_in(setup->parameters), nullptr, "relay"}};
  };
}

stream_port::stream_port(boost::asio::io_context& io,
                         std::shared_ptr<actor_slot<calls_actor>> calls,
                         std::chrono::milliseconds start_timeout, opening_reader opening)
    : io_(io), calls_(std::move(calls)), start_timeout_(start_timeout), start_timer_(io),
      opening_(std::move(opening)) {}

void stream_port::open(std::shared_ptr<web_socket> socket) {
  socket_ = std::move(socket);
  start_timer_.expires_after(start_timeout_);
  start_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    auto self = weak.lock();
    if (self && !error && !self->started_)
      self->close_here(1008, "no start message in time");
  });
}

void stream_port::on_text(std::string_view message) {
  if (closed_)
    return;
  if (to_) {
    reader_(message);
    return;
  }
  if (started_) {
    if (early_.size() >= early_messages_max)
      close_here(1008, "the call did not answer in time");
    else
      early_.emplace_back(message);
    return;
  }
  auto read = opening_(message);
  if (read.what == stream_opening::verdict::refused)
    close_here(read.code, read.why);
  else if (read.what == stream_opening::verdict::open)
    on_start(std::move(read.who));
}

void stream_port::on_start(attach_stream&& start) {
  started_ = true;
  start_timer_.cancel();
  auto calls = calls_->get();
  if (!calls) {
    close_here(1011, "not ready");
    return;
  }
  start.port = shared_from_this();
  tell_from_outside(calls, std::move(start));
}

void stream_port::on_binary(std::string_view) {
  close_here(1003, "binary messages are not used");
}

void stream_port::on_closed(uint16_t code, std::string_view) {
  closed_ = true;
  start_timer_.cancel();
  socket_.reset();
  if (to_)
    tell_from_outside(to_, socket_closed{code});
}

void stream_port::refuse() {
  boost::asio::dispatch(io_, [self = shared_from_this()] {
    log_event(log_level::warn, "stream.refused");
    self->close_here(1008, "unknown call or token");
  });
}

void stream_port::connect(socket_actor to, message_reader reader) {
  boost::asio::dispatch(
      io_, [self = shared_from_this(), to = std::move(to), reader = std::move(reader)]() mutable {
        self->to_ = to;
        self->reader_ = std::move(reader);
        for (const auto& message : self->early_)
          self->reader_(message);
        self->early_.clear();
        if (self->closed_)
          tell_from_outside(to, socket_closed{1006});
      });
}

void stream_port::send(std::string message) {
  boost::asio::dispatch(io_, [self = shared_from_this(), message = std::move(message)]() mutable {
    if (self->socket_ && !self->closed_)
      self->socket_->send_text(std::move(message));
  });
}

void stream_port::close(uint16_t code, std::string reason) {
  boost::asio::dispatch(io_, [self = shared_from_this(), code, reason = std::move(reason)] {
    self->close_here(code, reason);
  });
}

void stream_port::close_here(uint16_t code, std::string_view reason) {
  early_.clear();
  start_timer_.cancel();
  if (socket_ && !closed_)
    socket_->close(code, reason);
}

} // namespace trunkline
