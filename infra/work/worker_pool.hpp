#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trunkline {

/// Threads for work that blocks or computes long (database, speech). The queue is bounded: a full
/// pool refuses, it never grows and never blocks the one who posts. What the refusal means is
/// decided by the poster (each documents it). Thread safe.
class worker_pool {
public:
  worker_pool(std::string name, size_t threads, size_t queue_max);
  /// Runs what is queued, then joins.
  ~worker_pool();

  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;

  /// False when the queue is full or the pool stops: the work was not taken. A job that throws is
  /// logged by name and dropped; the thread goes on.
  [[nodiscard]] bool post(std::function<void()> job);

  const std::string& name() const { return name_; }
  size_t queued() const;
  /// Takes no new work, runs what is queued, joins. Idempotent.
  void stop();

private:
  void run();

  const std::string name_;
  const size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Runs jobs of one owner in order, one at a time, on a shared pool: an actor's sequence without a
/// thread of its own. Bounded like the pool. Keep it in a shared_ptr (make()).
class worker_strand : public std::enable_shared_from_this<worker_strand> {
public:
  static std::shared_ptr<worker_strand> make(worker_pool& pool, size_t queue_max);
  /// False: full, or the pool refused; the job was not taken.
  [[nodiscard]] bool post(std::function<void()> job);
  /// Forgets what has not started.
  void clear();

private:
  worker_strand(worker_pool& pool, size_t queue_max) : pool_(pool), queue_max_(queue_max) {}
  void run();

  worker_pool& pool_;
  const size_t queue_max_;
  std::mutex mutex_;
  std::deque<std::function<void()>> jobs_;
  bool scheduled_ = false;
};

} // namespace trunkline
