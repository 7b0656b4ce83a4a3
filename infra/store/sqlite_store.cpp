#include "infra/store/sqlite_store.hpp"

#include "infra/log/log.hpp"
#include "infra/store/migrations.hpp"
#include "infra/store/sqlite_repository.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <typeinfo>
#include <utility>

namespace trunkline {

namespace {

using clock = std::chrono::steady_clock;

// One thread with one connection and a bounded queue.
class store_thread {
public:
  store_thread(const char* name, std::unique_ptr<repository> rows, size_t queue_max,
               std::chrono::milliseconds patience)
      : rows_(std::move(rows)), queue_max_(queue_max), patience_(patience) {
    thread_ = std::thread{[this] { run(); }};
    pthread_setname_np(thread_.native_handle(), name);
  }

  ~store_thread() {
    {
      std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  bool post(store::job work, store::done finished) {
    {
      std::lock_guard lock{mutex_};
      if (stopping_ || queue_.size() >= queue_max_)
        return false;
      queue_.push_back({std::move(work), std::move(finished), clock::now()});
    }
    wake_.notify_one();
    return true;
  }

  size_t queued() const {
    std::lock_guard lock{mutex_};
    return queue_.size();
  }

  std::chrono::milliseconds oldest() const {
    std::lock_guard lock{mutex_};
    if (queue_.empty())
      return std::chrono::milliseconds{0};
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() -
                                                                 queue_.front().posted);
  }

private:
  struct task {
    store::job work;
    store::done finished;
    clock::time_point posted;
  };

  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty())
        return;
      // The task stays in the queue while it is worked on: its age is what oldest() tells.
      auto& present = queue_.front();
      const auto work = std::move(present.work);
      const auto finished = std::move(present.finished);
      lock.unlock();
      const auto outcome = try_for_long(work);
      if (finished)
        finished(outcome);
      lock.lock();
      queue_.pop_front();
    }
  }

  result<void> try_for_long(const store::job& work) {
    const auto give_up = clock::now() + patience_;
    auto pause = std::chrono::milliseconds{20};
    for (bool told = false;; told = true) {
      auto outcome = guarded(work);
      if (outcome || !outcome.error().retryable || clock::now() + pause > give_up)
        return outcome;
      if (!told)
        log_event(log_level::warn, "store.write_waits", {{"error", outcome.error().context}});
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, pause); // a new post may wake it sooner, which does no harm
      pause = std::min(pause * 2, std::chrono::milliseconds{1000});
    }
  }

  result<void> guarded(const store::job& work) {
    try {
      return work(*rows_);
    } catch (const std::exception& error) {
      log_event(log_level::error, "store.job_threw", {{"error", typeid(error).name()}});
      return failure{failure_kind::internal, "a store job threw", false};
    }
  }

  std::unique_ptr<repository> rows_;
  const size_t queue_max_;
  const std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<task> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

class sqlite_store : public store {
public:
  sqlite_store(std::unique_ptr<repository> writer, std::unique_ptr<repository> reader,
               const sqlite_store_options& options)
      : writer_("store-write", std::move(writer), options.queue_max, options.patience),
        reader_("store-read", std::move(reader), options.queue_max, std::chrono::milliseconds{0}) {}

  bool write(job work, done finished) override {
    return writer_.post(std::move(work), std::move(finished));
  }
  bool read(job work, done finished) override {
    return reader_.post(std::move(work), std::move(finished));
  }
  size_t queued() const override { return writer_.queued(); }
  std::chrono::milliseconds oldest_write() const override { return writer_.oldest(); }

private:
  store_thread writer_, reader_;
};

} // namespace

result<std::shared_ptr<store>> open_sqlite_store(const sqlite_store_options& options) {
  auto writer = sqlite::connection::open(options.path);
  if (!writer)
    return writer.error();
  if (auto migrated = migrate_up(*writer); !migrated)
    return failure{migrated.error().kind, options.path + ": " + migrated.error().context,
                   migrated.error().retryable};
  auto reader = sqlite::connection::open(options.path, true);
  if (!reader)
    return reader.error();
  return std::shared_ptr<store>{
      std::make_shared<sqlite_store>(make_sqlite_repository(std::move(*writer)),
                                     make_sqlite_repository(std::move(*reader)), options)};
}

} // namespace trunkline
