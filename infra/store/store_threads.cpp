#include "infra/store/store_threads.hpp"

#include "infra/log/log.hpp"

#include <pthread.h>

#include <algorithm>
#include <typeinfo>
#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr size_t batch_max = 50;
constexpr milliseconds pause_min{20}, pause_max{1000};

result<void> run_guarded(const store::job& work, repository& rows) {
  try {
    return work(rows);
  } catch (const std::exception& error) {
    log_event(log_level::error, "store.job_threw", {{"error", typeid(error).name()}});
    return failure{failure_kind::internal, "a store job threw", false};
  }
}

} // namespace

store_writer::store_writer(std::unique_ptr<repository> rows, const store_options& options)
    : rows_(std::move(rows)), options_(options) {
  thread_ = std::thread{[this] { run(); }};
  pthread_setname_np(thread_.native_handle(), "store-write");
}

store_writer::~store_writer() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
    last_try_ = clock::now() + options_.patience;
  }
  wake_.notify_all();
  thread_.join();
}

bool store_writer::post(store::job work, store::done finished, bool may_share) {
  {
    std::lock_guard lock{mutex_};
    if (stopping_ || queue_.size() >= options_.queue_max)
      return false;
    queue_.push_back({std::move(work), std::move(finished), may_share, clock::now()});
  }
  wake_.notify_one();
  return true;
}

size_t store_writer::queued() const {
  std::lock_guard lock{mutex_};
  return queue_.size();
}

milliseconds store_writer::oldest() const {
  std::lock_guard lock{mutex_};
  if (queue_.empty())
    return milliseconds{0};
  return std::chrono::duration_cast<milliseconds>(clock::now() - queue_.front().posted);
}

// How many from the front go together; one that may not share goes alone.
size_t store_writer::batch_size() const {
  size_t size = 0;
  while (size < queue_.size() && size < batch_max && queue_[size].may_share)
    ++size;
  return std::max<size_t>(size, 1);
}

void store_writer::run() {
  std::unique_lock lock{mutex_};
  std::vector<task> batch;
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty())
      return;
    // They stay in the queue while they are worked on: their age is what oldest() tells.
    for (auto size = batch_size(); size > batch.size();) {
      auto& from = queue_[batch.size()];
      batch.push_back({std::move(from.work), std::move(from.finished), from.may_share, {}});
    }
    lock.unlock();
    const bool together = batch.size() > 1 && do_together(batch);
    for (auto& one : batch) {
      if (!together) {
        const auto outcome = try_for_long(one.work);
        if (one.finished)
          one.finished(outcome);
      } else if (one.finished) {
        one.finished({});
      }
      lock.lock();
      queue_.pop_front();
      lock.unlock();
    }
    batch.clear();
    lock.lock();
  }
}

bool store_writer::do_together(std::vector<task>& batch) {
  return guarded([&](repository& rows) {
           return rows.together([&]() -> result<void> {
             for (const auto& one : batch)
               if (auto done = one.work(rows); !done)
                 return done;
             return {};
           });
         })
      .has_value();
}

result<void> store_writer::try_for_long(const store::job& work) {
  const auto give_up = clock::now() + options_.patience;
  auto most = pause_min;
  for (bool told = false;; told = true) {
    auto outcome = guarded(work);
    if (outcome || !outcome.error().retryable)
      return outcome;
    const auto pause = jittered(most);
    std::unique_lock lock{mutex_};
    if (clock::now() + pause > (stopping_ ? std::min(give_up, last_try_) : give_up))
      return outcome;
    if (!told)
      log_event(log_level::warn, "store.write_waits", {{"error", outcome.error().context}});
    wake_.wait_for(lock, pause); // a new post may wake it sooner, which does no harm
    most = std::min(most * 2, pause_max);
  }
}

result<void> store_writer::guarded(const store::job& work) {
  return run_guarded(work, *rows_);
}

// Never nothing, or a full queue would spin.
milliseconds store_writer::jittered(milliseconds most) {
  return milliseconds{std::uniform_int_distribution<int64_t>{1, most.count()}(random_)};
}

store_readers::store_readers(std::vector<std::unique_ptr<repository>> rows, size_t queue_max)
    : rows_(std::move(rows)), queue_max_(queue_max) {
  for (const auto& one : rows_) {
    threads_.emplace_back([this, &one] { run(*one); });
    pthread_setname_np(threads_.back().native_handle(), "store-read");
  }
}

store_readers::~store_readers() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_)
    thread.join();
}

bool store_readers::post(store::job work, store::done finished) {
  {
    std::lock_guard lock{mutex_};
    if (stopping_ || queue_.size() >= queue_max_)
      return false;
    queue_.push_back({std::move(work), std::move(finished)});
  }
  wake_.notify_one();
  return true;
}

void store_readers::run(repository& rows) {
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty())
      return;
    const auto present = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const auto outcome = run_guarded(present.work, rows);
    if (present.finished)
      present.finished(outcome);
    lock.lock();
  }
}

namespace {

class threaded_store : public store {
public:
  threaded_store(std::unique_ptr<repository> writer,
                 std::vector<std::unique_ptr<repository>> readers, const store_options& options)
      : writer_(std::move(writer), options), readers_(std::move(readers), options.queue_max) {}

  bool write(job work, done finished) override {
    return writer_.post(std::move(work), std::move(finished), false);
  }
  bool write_row(job work, done finished) override {
    return writer_.post(std::move(work), std::move(finished), true);
  }
  bool read(job work, done finished) override {
    return readers_.post(std::move(work), std::move(finished));
  }
  size_t queued() const override { return writer_.queued(); }
  std::chrono::milliseconds oldest_write() const override { return writer_.oldest(); }

private:
  store_writer writer_;
  store_readers readers_;
};

} // namespace

std::shared_ptr<store> make_store(std::unique_ptr<repository> writer,
                                  std::vector<std::unique_ptr<repository>> readers,
                                  const store_options& options) {
  return std::make_shared<threaded_store>(std::move(writer), std::move(readers), options);
}

} // namespace trunkline
