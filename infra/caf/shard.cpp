#include "infra/caf/shard.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

namespace trunkline {

namespace {

thread_local shard* this_shard = nullptr;

} // namespace

shard* home_of(caf::resumable* job) {
  if (job->subtype() != caf::resumable::scheduled_actor)
    return nullptr;
  return dynamic_cast<shard*>(static_cast<caf::scheduled_actor*>(job)->context());
}

shard::shard(caf::actor_system& system, size_t index, size_t max_throughput,
             std::shared_ptr<boost::asio::io_context> io)
    : caf::execution_unit(&system), index_(index), max_throughput_(max_throughput),
      io_(std::move(io)), timer_(*io_) {}

shard::~shard() = default;

shard* shard::current() noexcept {
  return this_shard;
}

void shard::exec_later(caf::resumable* job) {
  auto* home = home_of(job);
  (home ? home : this)->run_soon(job);
}

void shard::run_soon(caf::resumable* job) {
  if (this_shard == this)
    push(job);
  else
    boost::asio::post(*io_, [this, job] { push(job); });
}

void shard::push(caf::resumable* job) {
  ready_.push_back(job);
  if (drain_posted_)
    return;
  drain_posted_ = true;
  boost::asio::post(*io_, [this] { drain(); });
}

// Runs what was ready at entry, then lets epoll run: a flooded actor cannot keep sockets or other
// actors from their turn.
void shard::drain() {
  for (auto n = ready_.size(); n > 0; --n) {
    auto* job = ready_.front();
    ready_.pop_front();
    resume_one(job);
  }
  drain_posted_ = false;
  if (ready_.empty())
    return;
  drain_posted_ = true;
  boost::asio::post(*io_, [this] { drain(); });
}

void shard::resume_one(caf::resumable* job) {
  resumes_.fetch_add(1, std::memory_order_relaxed);
  if (auto* home = home_of(job); home && home != this)
    strays_.fetch_add(1, std::memory_order_relaxed);
  switch (job->resume(this, max_throughput_)) {
  case caf::resumable::resume_later:
    ready_.push_back(job);
    break;
  case caf::resumable::done:
  case caf::resumable::awaiting_message:
    caf::intrusive_ptr_release(job);
    break;
  case caf::resumable::shutdown_execution_unit:
    break;
  }
}

void shard::add_timer(caf::actor_clock::time_point due, caf::action what,
                      caf::actor_clock::duration_type period) {
  if (this_shard == this) {
    push_timer({due, timers_added_++, std::move(what), period});
    return;
  }
  boost::asio::post(*io_, [this, due, what = std::move(what), period]() mutable {
    push_timer({due, timers_added_++, std::move(what), period});
  });
}

void shard::push_timer(timer_entry entry) {
  timers_.push_back(std::move(entry));
  std::push_heap(timers_.begin(), timers_.end());
  arm();
}

void shard::arm() {
  if (timers_.empty() || timers_.front().due >= armed_for_)
    return;
  armed_for_ = timers_.front().due;
  timer_.expires_at(armed_for_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error)
      fire_timers();
  });
}

void shard::fire_timers() {
  armed_for_ = caf::actor_clock::time_point::max();
  const auto now = std::chrono::steady_clock::now();
  while (!timers_.empty() && timers_.front().due <= now) {
    std::pop_heap(timers_.begin(), timers_.end());
    auto entry = std::move(timers_.back());
    timers_.pop_back();
    if (entry.what.disposed())
      continue;
    entry.what.run(); // puts a message into a mailbox, no more
    if (entry.period.count() > 0 && entry.what.reschedule() == caf::action::transition::success) {
      entry.due = std::max(entry.due + entry.period, now);
      entry.order = timers_added_++;
      timers_.push_back(std::move(entry));
      std::push_heap(timers_.begin(), timers_.end());
    }
  }
  arm();
}

void shard::start() {
  thread_ = std::thread{[this] { run(); }};
  pthread_setname_np(thread_.native_handle(), ("shard-" + std::to_string(index_)).c_str());
}

void shard::run() {
  this_shard = this;
  auto guard = boost::asio::make_work_guard(*io_);
  io_->run();
}

void shard::stop() {
  io_->stop();
  if (thread_.joinable())
    thread_.join();
  // Handlers and sockets that never ran may hold actors: release them while the system lives.
  timers_.clear();
  timer_.cancel();
  io_->restart();
}

bool shard::release_rest() {
  bool any = release_ready(); // before a handler could resume them
  while (io_->poll_one() > 0) {
    any = true;
    release_ready();
  }
  return any;
}

bool shard::release_ready() {
  const bool any = !ready_.empty();
  while (!ready_.empty()) {
    auto* job = ready_.front();
    ready_.pop_front();
    caf::scheduler::abstract_coordinator::cleanup_and_release(job);
  }
  return any;
}

} // namespace trunkline
