#pragma once

#include "bench/carrier/lateness.hpp"
#include "infra/net/net_stream.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <vector>

namespace trunkline {

/// Beats every 20 ms for each of its listeners, on an absolute schedule and from one timer, however
/// many there are:
///
///   slot   0   1   2  ...  19   0   1       one slot a millisecond, round and round
///          |   |   |        |   |
///         legs that are due in this millisecond; new ones go where the fewest are
///
/// Beats that are missed (our machine was busy) are made up for one by one, with the time at which
/// each was due. One for each io_context, on its thread.
class frame_clock : public boost::asio::execution_context::service {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds period{20};
  static boost::asio::execution_context::id id;

  class listener {
  public:
    virtual ~listener() = default;
    virtual void on_beat(time_point due) = 0;
  };

  /// The clock of this io_context, made when first asked for.
  static frame_clock& of(boost::asio::io_context& io);
  explicit frame_clock(boost::asio::execution_context& io);

  /// Kept alive until removed. The first beat comes after 20 to 40 ms.
  void add(std::shared_ptr<listener> who);
  void remove(const listener& who);
  size_t size() const { return size_; }
  /// Of all beats so far.
  const lateness& late() const { return late_; }

private:
  static constexpr size_t slots = 20;

  struct entry {
    std::shared_ptr<listener> who; ///< null: removed, or never there
    int64_t first = 0;             ///< tick of its first beat
  };

  void shutdown() override;
  void wait();
  void on_timer();
  void beat(int64_t tick);
  void restart(int64_t tick);
  static time_point time_of(int64_t tick) { return time_point{std::chrono::milliseconds{tick}}; }
  static int64_t tick_at(time_point at);

  net_timer timer_;
  std::array<std::vector<entry>, slots> wheel_;
  int64_t next_ = 0; // tick that has not been handled yet; milliseconds of the steady clock
  size_t size_ = 0;
  bool beating_ = false, removed_ = false; // the latter: while beating
  lateness late_;
};

} // namespace trunkline
