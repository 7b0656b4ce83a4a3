#pragma once

#include "infra/store/store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace trunkline {

struct store_options {
  size_t queue_max = 20000;
  std::chrono::milliseconds patience{30000}; ///< a retryable write is tried again this long
};

/// One thread with one connection that works off a bounded queue in order. Jobs that may share a
/// transaction are done up to 50 at once when so many wait; when such a batch fails, one by one.
/// A retryable failure is tried again with pauses of full jitter, up to 1 s, until `patience`.
/// Ends what is queued when destroyed, and after one more patience answers the rest as cancelled.
class store_writer {
public:
  store_writer(std::unique_ptr<repository> rows, const store_options& options);
  ~store_writer();

  bool post(store::job work, store::done finished, bool may_share);
  size_t queued() const;
  std::chrono::milliseconds oldest() const;

private:
  using clock = std::chrono::steady_clock;
  struct task {
    store::job work;
    store::done finished;
    bool may_share = false;
    clock::time_point posted;
  };

  void run();
  size_t batch_size() const;
  bool do_together(std::vector<task>& batch);
  result<void> try_for_long(const store::job& work);
  result<void> guarded(const store::job& work);
  std::chrono::milliseconds jittered(std::chrono::milliseconds most);

  std::unique_ptr<repository> rows_;
  const store_options options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<task> queue_; ///< those being done are still in it
  bool stopping_ = false;
  clock::time_point last_try_{}; ///< when stopping
  std::minstd_rand random_{std::random_device{}()};
  std::thread thread_;
};

/// Threads, each with a connection of its own, that share one bounded queue of reads. Never
/// retried.
class store_readers {
public:
  store_readers(std::vector<std::unique_ptr<repository>> rows, size_t queue_max);
  ~store_readers();

  bool post(store::job work, store::done finished);

private:
  struct task {
    store::job work;
    store::done finished;
  };
  void run(repository& rows);

  const std::vector<std::unique_ptr<repository>> rows_;
  const size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<task> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// A store of one writing connection and at least one for reading.
std::shared_ptr<store> make_store(std::unique_ptr<repository> writer,
                                  std::vector<std::unique_ptr<repository>> readers,
                                  const store_options& options);

} // namespace trunkline
