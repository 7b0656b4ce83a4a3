#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <caf/action.hpp>
#include <caf/actor_clock.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

namespace trunkline {

/// One network thread that also runs actors: sockets, timers and actors of a call share it, so a
/// frame reaches its actor without a lock, a thread switch or the kernel.
///
/// CAF 0.18 resumes an actor on its *sender's* execution unit. A shard undoes that: whatever is
/// handed to any shard (or to the scheduler) goes to the home of the actor, the shard it was
/// spawned on. See route().
class shard final : public caf::execution_unit {
public:
  /// `io` outlives the actor system: sockets may be destroyed after the thread has ended.
  shard(caf::actor_system& system, size_t index, size_t max_throughput,
        std::shared_ptr<boost::asio::io_context> io);
  ~shard() override;

  /// The shard whose thread this is; null on any other thread.
  static shard* current() noexcept;

  size_t index() const noexcept { return index_; }
  boost::asio::io_context& io() noexcept { return *io_; }

  /// Called by CAF on the thread of a running actor, with any actor.
  void exec_later(caf::resumable* job) override;

  /// Queues a job of this shard; callable from any thread.
  void run_soon(caf::resumable* job);
  /// Adds a timer of this shard; callable from any thread.
  void add_timer(caf::actor_clock::time_point due, caf::action what,
                 caf::actor_clock::duration_type period);

  void start();
  /// Ends the thread. Called once, by the scheduler.
  void stop();
  /// Releases the actors that still wait for their turn; false: there were none. One that goes may
  /// send to actors of another shard, so this is called until no shard has any.
  bool release_rest();

  /// How many actors were resumed here, and how many of them had another home (must stay 0).
  uint64_t resumes() const noexcept { return resumes_.load(std::memory_order_relaxed); }
  uint64_t strays() const noexcept { return strays_.load(std::memory_order_relaxed); }

private:
  struct timer_entry {
    caf::actor_clock::time_point due;
    uint64_t order; ///< equal times fire in the order they were added
    caf::action what;
    caf::actor_clock::duration_type period;
    bool operator<(const timer_entry& other) const {
      return due != other.due ? due > other.due : order > other.order;
    }
  };

  void run();
  void push(caf::resumable* job);
  void drain();
  void resume_one(caf::resumable* job);
  void push_timer(timer_entry entry);
  void arm();
  bool release_ready();
  void fire_timers();

  const size_t index_;
  const size_t max_throughput_;
  std::shared_ptr<boost::asio::io_context> io_;
  boost::asio::steady_timer timer_;
  std::deque<caf::resumable*> ready_;
  bool drain_posted_ = false;
  std::vector<timer_entry> timers_; ///< a heap, soonest on top
  uint64_t timers_added_ = 0;
  caf::actor_clock::time_point armed_for_ = caf::actor_clock::time_point::max();
  std::atomic<uint64_t> resumes_{0}, strays_{0};
  std::thread thread_;
};

/// The home of a job: of a scheduled actor the shard it was spawned on; null for anything else.
/// Reading an actor's context is race free here: whoever enqueues has just won the right to
/// schedule a blocked mailbox, so the actor is not running.
shard* home_of(caf::resumable* job);

} // namespace trunkline
