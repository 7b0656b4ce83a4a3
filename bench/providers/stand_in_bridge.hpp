#pragma once

#include "bench/providers/stand_in_connection.hpp"
#include "infra/net/net_stream.hpp"
#include "infra/net/web_socket.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace trunkline {

/// Carries a stand-in's socket: what it sends leaves later, unless a fault holds it back. `reset`
/// ends the connection without a word; it may be called until the socket was closed.
class stand_in_bridge : public web_socket_handler,
                        public std::enable_shared_from_this<stand_in_bridge> {
public:
  stand_in_bridge(boost::asio::io_context::executor_type executor,
                  std::shared_ptr<stand_in_core> core, std::unique_ptr<stand_in_socket> service,
                  met_fault fault, std::function<void()> reset)
      : executor_(executor), core_(std::move(core)), service_(std::move(service)), fault_(fault),
        reset_(std::move(reset)) {}

  void open(std::shared_ptr<web_socket> socket) {
    socket_ = std::move(socket);
    const auto weak = weak_from_this();
    service_->connect({[weak](std::chrono::milliseconds after, std::string bytes, bool binary) {
                         if (const auto self = weak.lock())
                           self->send_later(after, std::move(bytes), binary);
                       },
                       [weak](uint16_t code, const std::string& reason) {
                         const auto self = weak.lock();
                         if (self && self->socket_)
                           self->socket_->close(code, reason);
                       }});
    service_->on_open();
  }

  void on_text(std::string_view message) override { take(message, false); }
  void on_binary(std::string_view message) override { take(message, true); }
  void on_closed(uint16_t, std::string_view) override { socket_.reset(); }

  void cut() {
    if (socket_)
      reset_();
    socket_.reset();
  }

private:
  using steady_clock = std::chrono::steady_clock;

  void take(std::string_view message, bool binary) {
    arrived_ = steady_clock::now();
    service_->on_message(message, binary);
    arrived_.reset();
  }

  static uint16_t close_code_of(unsigned status) {
    constexpr uint16_t policy_violation = 1008, internal_error = 1011, try_later = 1013;
    return status == 429 || status == 529 ? try_later
           : status < 500                 ? policy_violation
                                          : internal_error;
  }

  // An open socket meets what its service suffers now, as well as its own fault.
  met_fault fault() const {
    auto now = fault_;
    if (now.kind == fault_kind::none)
      static_cast<fault_plan&>(now) = core_->present_fault();
    return now;
  }

  void note(const met_fault& now) {
    if (!std::exchange(noted_, true))
      core_->injected(now);
  }

  // Counted from the message it answers, so that what the service needs to think of its answer is
  // within the latency that it plays, not on top of it.
  void send_later(std::chrono::milliseconds after, std::string bytes, bool binary) {
    auto due = arrived_.value_or(steady_clock::now()) + after;
    if (arrived_)
      *arrived_ += std::chrono::nanoseconds{1}; // answers of one time keep their order
    if (const auto now = fault(); now.kind == fault_kind::drip) {
      note(now);
      due = drip_at_ = std::max(drip_at_ + now.pause, due);
    }
    auto timer = std::make_shared<net_timer>(executor_, due);
    timer->async_wait([self = shared_from_this(), timer, bytes = std::move(bytes),
                       binary](const boost::system::error_code& error) mutable {
      if (error || !self->socket_)
        return;
      self->core_->leaves(timer->expiry());
      self->send(std::move(bytes), binary);
    });
  }

  void end_by(const std::function<void()>& how) {
    if (fault_.kind == fault_kind::none)
      core_->befell_open_socket();
    how();
  }

  // What is to leave meanwhile waits, and keeps its order.
  void stall(std::chrono::milliseconds pause) {
    stalling_ = true;
    auto timer = std::make_shared<net_timer>(executor_, pause);
    timer->async_wait([self = shared_from_this(), timer](const boost::system::error_code&) {
      self->stalling_ = false;
      for (auto& [bytes, binary] : std::exchange(self->held_, {}))
        if (self->socket_)
          self->send(std::move(bytes), binary);
    });
  }

  void send(std::string bytes, bool binary) {
    if (stalling_) {
      held_.emplace_back(std::move(bytes), binary);
      return;
    }
    const auto now = fault();
    ++sent_;
    switch (now.kind) {
    case fault_kind::hang:
    case fault_kind::hang_after_head:
    case fault_kind::empty:
      note(now);
      return;
    case fault_kind::stop:
      if (sent_ > now.pieces) {
        note(now);
        return;
      }
      break;
    case fault_kind::stall:
      if (sent_ >= now.pieces && !std::exchange(stalled_, true)) {
        note(now);
        --sent_;
        stall(now.pause);
        held_.emplace_back(std::move(bytes), binary);
        return;
      }
      break;
    case fault_kind::reset:
      if (sent_ > now.pieces) {
        note(now);
        end_by([this] { cut(); });
        return;
      }
      break;
    case fault_kind::status:
      note(now);
      end_by([&] { socket_->close(close_code_of(now.status), "stand-in trouble"); });
      socket_.reset();
      return;
    case fault_kind::garbage:
      note(now);
      bytes = "}{ not JSON at all";
      binary = false;
      break;
    case fault_kind::huge:
      if (std::exchange(gave_huge_, true))
        return; // a slow reader would meet our own limit first
      note(now);
      bytes.assign(8u << 20, 'x');
      break;
    default:
      break;
    }
    if (binary)
      socket_->send_binary(bytes);
    else
      socket_->send_text(std::move(bytes));
  }

  boost::asio::io_context::executor_type executor_;
  const std::shared_ptr<stand_in_core> core_;
  const std::unique_ptr<stand_in_socket> service_;
  const met_fault fault_;
  const std::function<void()> reset_;
  std::shared_ptr<web_socket> socket_;
  std::optional<steady_clock::time_point> arrived_; ///< of the message the service has in hand
  unsigned sent_ = 0;
  bool gave_huge_ = false, noted_ = false;
  bool stalled_ = false, stalling_ = false; ///< has been; is
  std::vector<std::pair<std::string, bool>> held_;
  std::chrono::steady_clock::time_point drip_at_{}; ///< of the last message
};

} // namespace trunkline
